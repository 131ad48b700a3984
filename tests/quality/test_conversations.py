"""Everyday conversations, by three hands that saw ids and titles only. The blind third is never printed."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.conversations import Conversation, have, scripts
from tests.support.cores import on_all_cores

BLIND = "blind"
FEWEST = {"everyday": 84, BLIND: 42}
LEAST_LATER_TURNS_RIGHT = {"everyday": 0.74, BLIND: 0.71}


@pytest.fixture(scope="module", params=FEWEST)
def folder(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def conversations(assistant, folder) -> list[Conversation]:
    async def have_all(share):
        return [await have(assistant, script) for script in share]

    return on_all_cores(lambda share: asyncio.run(have_all(share)), scripts(folder))


def test_there_are_enough_conversations(conversations, folder):
    assert len(conversations) >= FEWEST[folder]


def test_later_messages_get_a_fair_answer(conversations, folder):
    later = [(one.name, turn) for one in conversations for turn in one.turns[1:]]
    wrong = [f"{name}: {turn.said!r}: {'; '.join(turn.faults)}" for name, turn in later if turn.faults]
    missed, most = len(wrong), (1 - LEAST_LATER_TURNS_RIGHT[folder]) * len(later)
    shown = "" if folder == BLIND else "\n".join(wrong)
    del later, wrong  # A failure prints what an assertion can reach.
    assert missed <= most, shown


def test_every_message_gets_words(conversations):
    silent = sum(not reply.text.strip() for one in conversations for turn in one.turns for reply in turn.replies)
    assert silent == 0
