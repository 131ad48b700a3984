"""The chat on pages in other languages: its words, its direction, and danger without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.content.languages import languages, speaking
from bot.danger.urgent import OVERDOSE, urgent_reply
from tests.support import ROOT
from tests.support.chromium import PHONE, Chat

PICTURES = ROOT / "results" / "widget"


def chat_in(visit, server, language: str, **device: object) -> Chat:
    chat = visit(script=f'<script lang="{language}" src="{server.url}/widget.js" defer></script>', **device)
    return chat.open()


def test_a_page_in_spanish_gets_the_chat_in_spanish(visit, server):
    chat = chat_in(visit, server, "es-MX")
    expect(chat.page.get_by_label("Tu pregunta", exact=True)).to_be_visible()
    expect(chat.button("Siento que no puedo más")).to_be_visible()


def test_its_first_button_is_answered_in_spanish(visit, server):
    chat = chat_in(visit, server, "es")
    chat.button("Alguien tiene una sobredosis").click()
    with speaking("es"):
        expect(chat.replies.first).to_contain_text(urgent_reply(OVERDOSE).text[-40:])
    assert chat.replies.first.get_attribute("lang") == "es"


def test_a_page_in_a_language_that_nobody_translated_gets_it_in_english(visit, server):
    expect(chat_in(visit, server, "is").field).to_be_visible()


def test_without_a_network_danger_in_the_language_of_the_page_gets_its_steps(visit, server):
    chat = chat_in(visit, server, "fr")
    chat.page.route("**/chat/message", lambda route: route.abort())
    chat.page.locator("ask-chat textarea").fill("mon pote ne respire plus, il a les lèvres bleues")
    chat.button("Envoyer").click()
    with speaking("fr"):
        expect(chat.stored).to_contain_text(urgent_reply(OVERDOSE).text[-40:])


@pytest.mark.parametrize("language", [name for name, one in languages().items() if one.right_to_left])
def test_what_is_written_from_right_to_left_stands_so(visit, server, language):
    chat = chat_in(visit, server, language, device=PHONE)
    chat.page.locator("ask-chat .starters button").first.click()
    chat.replies.first.wait_for()
    PICTURES.mkdir(parents=True, exist_ok=True)
    chat.page.screenshot(path=PICTURES / f"{language}.png")
    send, field = (chat.page.locator(f"ask-chat {part}").bounding_box() for part in (".send", "textarea"))
    assert send["x"] < field["x"]
