"""A new model comes into use while people are being answered: nobody waits for it, and no conversation is lost."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest

from bot.rasa.agent import load_beside
from bot.rasa.dialogue import Dialogue

MOST_HELD = 0.2
"""Seconds that a reply may be held up."""


@pytest.fixture(scope="module")
def swapped(agent, model):
    """A conversation through a change of models: its replies, and by how much the slowest reply meanwhile was slower."""
    dialogue, conversation = Dialogue(agent), secrets.token_hex(16)

    async def longest_gap(until: asyncio.Future) -> float:
        longest = 0.0
        while not until.done():
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)
        return longest

    async def go() -> tuple[list, float]:
        first = await dialogue.say(conversation, "web", "what is drug checking?")
        loading = asyncio.ensure_future(asyncio.to_thread(load_beside, model, agent))
        held = await longest_gap(loading)
        dialogue.change_to(await loading)
        return [*first, *await dialogue.say(conversation, "web", "is it legal?")], held

    return asyncio.run(go())


def test_the_conversation_goes_on(swapped):
    assert [str(reply.answer) for reply in swapped[0]] == ["service/drug_checking#what", "service/drug_checking#law"]


@pytest.mark.alone
def test_no_reply_is_held_up(swapped):
    assert swapped[1] <= MOST_HELD
