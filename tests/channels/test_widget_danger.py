"""Someone in danger gets steps and numbers from the chat, also if the assistant can't be reached."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bot.danger.hints import hint, read_hints
from tests.support import ROOT, eventually
from tests.support.chromium import Chat

FASTER = "const later = setTimeout; setTimeout = (go, ms, ...more) => later(go, ms / 100, ...more)"
CROSS = {"access-control-allow-origin": "*"}


def cut_off(chat: Chat) -> Chat:
    chat.page.route("**/chat/message", lambda route: route.abort())
    return chat.open()


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("hes not breathing", "Watch the chest"),
        ("i want to die", "please talk to a person"),
        pytest.param("hes not breathing " * 100, "Watch the chest", id="too long"),
    ],
)
def test_without_a_network_danger_gets_its_steps_at_once(visit, text, steps):
    chat = cut_off(visit())
    chat.send(text)
    expect(chat.stored).to_contain_text(steps)


def test_without_a_network_the_button_for_an_overdose_shows_its_steps(visit):
    chat = cut_off(visit())
    chat.button("Someone has overdosed").click()
    expect(chat.stored).to_contain_text("Watch the chest")


def test_the_stored_steps_have_numbers_to_press(visit):
    chat = cut_off(visit())
    chat.send("she wont wake up")
    assert chat.stored.locator("a[href^='tel:']").evaluate_all("all => all.map((a) => a.href)") == [
        "tel:112",
        "tel:999",
        "tel:911",
    ]


def test_the_stored_steps_lead_to_the_others(visit):
    chat = cut_off(visit())
    chat.send("she wont wake up")
    chat.button("Not breathing").click()
    expect(chat.stored).to_contain_text("pinch the nose")


def test_without_a_network_anyone_can_get_to_the_steps(visit):
    chat = cut_off(visit())
    chat.send("what is drug checking?")
    chat.button("Someone's in danger").click()
    expect(chat.stored).to_contain_text("Watch the chest")


def test_a_server_that_does_not_answer_holds_up_no_steps(visit):
    chat = visit(before=FASTER).open()
    chat.send_and_wait("hes not breathing")
    expect(chat.stored).to_contain_text("Watch the chest")


def test_what_it_says_while_it_tries_again_is_said_once(visit):
    chat = visit(before=FASTER)
    asked = []
    chat.page.on("request", lambda request: request.url.endswith("/chat/message") and asked.append(request))
    cut_off(chat).send("what is drug checking?")
    note = chat.page.locator("ask-chat .note")
    note.evaluate("note => (note.dataset.first = true)")
    eventually(lambda: chat.page.wait_for_timeout(20) or len(asked) >= 4)
    assert note.get_attribute("data-first") == "true"


def test_the_page_reads_the_words_of_danger_as_the_server_does(browser):
    lines = (ROOT / "tests/danger/messages.tsv").read_text().splitlines()
    texts = [
        *(line.split("\t")[2] for line in lines),
        "He\u2019s NOT breeeathing",
        "\u043e\u043d\u0430 \u043d\u0435 \u0434\u044b\u0448\u0438\u0442",
        "\ufb01x 2 pills",
        "",
    ]
    page = browser.new_page()
    page.add_script_tag(content=f"const HINTS = {json.dumps(read_hints())}")
    page.add_script_tag(path=ROOT / "web/widget/danger.js")
    found = page.evaluate("texts => texts.map((text) => dangerIn(text) ?? null)", texts)
    page.close()
    assert found == [hint(text, read_hints()) for text in texts]


# ---- Whatever goes wrong, the sentence on danger is there


def refusing(status: int, body: object):
    def refuse(chat: Chat) -> None:
        chat.page.route("**/chat/message", lambda route: route.fulfill(status=status, json=body, headers=CROSS))
        chat.send("what is drug checking?")

    return refuse


def cut_off_for_good(chat: Chat) -> None:
    chat.page.route("**/chat/message", lambda route: route.abort())
    chat.send("what is drug checking?")
    chat.button("Try again").wait_for()


def too_long(chat: Chat) -> None:
    chat.send("long words " * 100)


def slow(chat: Chat) -> None:
    chat.send_and_wait("what is drug checking?")


@pytest.mark.parametrize(
    ("trouble", "where"),
    [
        pytest.param(cut_off_for_good, "note", id="no network"),
        pytest.param(refusing(429, {"error": "x", "message": "Wait a minute."}), "note", id="refused"),
        pytest.param(refusing(500, {"error": "x"}), "note", id="refused without words"),
        pytest.param(refusing(500, {"description": "x", "message": "The server broke."}), "note", id="not our words"),
        pytest.param(refusing(200, {"conversation": "0" * 32, "replies": []}), "note", id="no replies"),
        pytest.param(too_long, "alert", id="too long"),
        pytest.param(slow, "status", id="slow"),
    ],
)
def test_every_text_of_trouble_has_the_sentence_on_danger(visit, trouble, where):
    chat = visit(before=FASTER).open()
    trouble(chat)
    expect(getattr(chat, where)).to_contain_text("If someone is in danger, call your local emergency number now.")


def test_an_unanswered_message_stays_marked_when_another_is_asked(visit):
    chat = visit().open()
    body = {"error": "busy", "message": "I'm busy."}
    chat.page.route("**/chat/message", lambda route: route.fulfill(status=429, json=body, headers=CROSS), times=1)
    chat.send("what is drug checking?")
    chat.note.wait_for()
    chat.ask("hello")
    expect(chat.page.locator("ask-chat .turn").first.locator(".note")).to_be_visible()


# ---- Numbers, and what arrives while the chat is closed


def test_an_urgent_reply_has_numbers_to_press(visit):
    chat = visit().open()
    chat.ask("my friend has overdosed")
    assert chat.replies.locator("a[href^='tel:']").all_inner_texts() == ["112", "999", "911"]


@pytest.mark.parametrize(
    ("said", "role", "announced"),
    [
        ("what is drug checking?", "status", "1 new message"),
        ("my friend has overdosed", "alert", "Urgent message: open the chat"),
    ],
)
def test_a_reply_that_arrives_while_closed_is_announced(visit, said, role, announced):
    chat = visit().open()
    let_go = chat.send_and_wait(said)
    chat.page.keyboard.press("Escape")
    let_go()
    expect(chat.page.locator(f"ask-chat .bar [role={role}]")).to_have_text(announced)
