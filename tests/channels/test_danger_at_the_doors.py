"""Whoever is in danger gets the same at both doors: the same assistant behind the web channel and behind Telegram."""

from __future__ import annotations

import pytest

from bot.channels.telegram.showing import shown, visible
from bot.content.library import Library
from bot.content.reply import Kind, Reply
from bot.conversation.assistant import Assistant
from bot.conversation.limits import Limits
from bot.danger.urgent import urgent_reply
from tests.support.dialogues import FAILING, Dialogue
from tests.support.telegram_door import telegram_door
from tests.support.web import web

DANGER = "my friend took heroin and is not breathing"
LONG = f"{DANGER} {'i dont know what to do ' * 60}"
PHRASES = Library().phrases


class Rules(Dialogue):
    """Answers danger as the rules would have it, and anything else with yes."""

    def __init__(self) -> None:
        super().__init__()
        self._assistant = Assistant(self)

    async def say(self, conversation, channel, text):
        danger = self._assistant.danger_in(text)
        return [urgent_reply(danger)] if danger else await super().say(conversation, channel, text)


SITUATIONS = {
    "all is well": (Rules, {}),
    "beyond the limit": (Rules, {"limits": Limits(per_minute=1)}),
    "full": (Rules, {"most_waiting": 0}),
    **{f"the dialogue {how}": (made, {}) for how, made in FAILING.items()},
    **{f"beyond the limit the dialogue {how}": (made, {"limits": Limits(per_minute=1)}) for how, made in FAILING.items()},
}  # fmt: skip


def in_web_chat(assistant: Assistant, *texts: str) -> list[Reply]:
    """Say something in one conversation, and return the replies to the last of it."""
    with web(assistant) as door:
        key = "0" * 32
        for text in texts:
            response = door.ask(text, conversation=key)
    return [Reply.of_json(reply) for reply in response.json()["replies"]]


def in_telegram(assistant: Assistant, *texts: str) -> list[tuple[str, list[str]]]:
    """Say something in one chat, and return what is seen of the replies to the last of it: text and buttons."""
    with telegram_door(assistant) as api:
        person = api.person()
        for text in texts[:-1]:
            person.gets_for(text)
        before = len(person.received)
        person.gets_for(texts[-1])
        person.waits_for(before + 1)
        return [(message.text, [button["text"] for button in message.buttons]) for message in person.received[before:]]


def as_telegram_shows(replies: list[Reply]) -> list[tuple[str, list[str]]]:
    seen = []
    for reply in replies:
        *first, last = [visible(text) for text in shown(reply, PHRASES).texts]
        seen += [(text, []) for text in first] + [(last, [button.title for button in reply.buttons])]
    return seen


@pytest.mark.parametrize("text", [DANGER, LONG], ids=["short", "over-long"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_both_doors_say_the_same_to_whoever_is_in_danger_when(situation, text):
    made, settings = SITUATIONS[situation]
    assistant = Assistant(made(), **{"seconds": 0.2, **settings})
    replies = in_web_chat(assistant, "hello", text)
    assert [reply.kind for reply in replies] == [Kind.URGENT]
    assert in_telegram(assistant, "hello", text) == as_telegram_shows(replies)
