"""The language of a page or a Telegram: the first guess at what someone speaks, and what is said around the chat."""

from __future__ import annotations

import pytest

from bot.content.languages import languages
from bot.content.library import library
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Refused, Said
from bot.danger.cards import CRISIS, OVERDOSE
from bot.languages.hints import hint, learned_hints
from bot.languages.listening import Heard, Listener
from bot.settings import Settings
from bot.web_chat import chat_options
from tests.support.dialogues import Dialogue

CHAT = chat_options(Settings())


class Guessing(Listener):
    """Can't tell, so that it stays with what was spoken before."""

    def __init__(self) -> None:
        pass

    def hear(self, text: str, before: str = "en", is_first: bool = False) -> Heard:
        return Heard(before)


class Unspoken(Dialogue):
    """Nothing was said in it yet."""

    async def language_of(self, conversation: str) -> str:
        return ""


@pytest.mark.parametrize(("door", "heard"), [("es", ["es"]), ("en", []), ("xx", [])])
async def test_the_language_of_the_door_is_the_first_guess(door, heard):
    dialogue = Unspoken()
    await Assistant(dialogue, listener=Guessing()).reply(Said("someone", "test", "ok", language=door))
    assert [one.language for _, one in dialogue.abroad] == heard


async def test_what_was_spoken_counts_more_than_the_door():
    dialogue = Dialogue()
    await Assistant(dialogue, listener=Guessing()).reply(Said("someone", "test", "ok", language="es"))
    assert dialogue.said == ["ok"]


async def test_a_refusal_is_in_the_language_that_is_spoken():
    assistant = Assistant(Unspoken(), listener=Guessing(), most_characters=20)
    with pytest.raises(Refused) as refused:
        await assistant.reply(Said("someone", "test", "hola amigo " * 9, language="es"))
    assert refused.value.sentence == library().in_language("es").phrases["too_long"]


@pytest.mark.parametrize("language", languages())
def test_the_chat_on_a_page_offers_both_cards_and_what_can_be_asked(language):
    starters = [one["answer"] for one in CHAT.texts(language).words["starters"]]
    assert {OVERDOSE, CRISIS, "chat/help"} <= set(starters)


def test_the_chat_says_in_english_what_is_not_translated():
    assert CHAT.texts("fr").words["words"]["copied"] == "Copied."


def test_danger_is_hinted_at_by_the_words_of_a_language():
    said = ["no respira", "no respira nada", "quiero morir", "quiero morir ya", "hola", "qué tal"]
    hints = learned_hints(said * 5, [OVERDOSE, OVERDOSE, CRISIS, CRISIS, "no", "no"] * 5)
    assert [hint(text, hints) for text in ("ya no respira!", "¿hola?")] == [OVERDOSE, None]
