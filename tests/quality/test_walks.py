"""Walks through the assistant by chance: questions, buttons, garbage, forgetting. They find dead ends."""

from __future__ import annotations

import asyncio
import os
import random
import secrets

import pytest

from bot.content import QUESTIONS
from bot.content.reply import Reply
from bot.conversation.messages import Said
from bot.evaluation.labelled import read_questions
from tests.support.cores import on_all_cores

WALKS = int(os.environ.get("WALKS", "60"))
STEPS = 8
GARBAGE = (
    "asdkjh",
    "???",
    "👍",
    "🙃",
    "yes",
    "no",
    "more",
    "why",
    "the third",
    "and in italy?",
    "norway",
    "ok thx",
    "lol",
    "x" * 300,
)


@pytest.fixture(scope="module")
def walks(assistant) -> list[list[str]]:
    questions = [question for question in read_questions([QUESTIONS]) if not question.is_blind]
    texts = [question.text for question in questions if any(map(str.isalnum, question.text))]

    async def walk_all(seeds):
        return [await _walk(assistant, random.Random(seed), texts) for seed in seeds]

    return on_all_cores(lambda share: asyncio.run(walk_all(share)), range(WALKS))


async def _walk(assistant, chance: random.Random, texts: list[str]) -> list[str]:
    conversation, said, faults = secrets.token_hex(8), [], []
    replies: list[Reply] = []
    for _ in range(STEPS):
        buttons = [button.target for reply in replies for button in reply.buttons]
        way = chance.random()
        if way < 0.05:
            await assistant.forget(conversation)
        if way < 0.4 and buttons:
            step = Said(conversation, "test", button=chance.choice(buttons))
        else:
            step = Said(conversation, "test", chance.choice(texts if way < 0.75 else GARBAGE))
        replies = await assistant.reply(step)
        said.append(tuple(reply.text for reply in replies))
        last = str(step.button or step.text)
        if not all(reply.text.strip() for reply in replies):
            faults.append(f"no words after {last!r}")
        if not any(reply.buttons or reply.answer for reply in replies):
            faults.append(f"a dead end after {last!r}: {replies[-1].text!r}")
        if len(said) > 2 and said[-1] == said[-2] == said[-3]:
            faults.append(f"the same reply a third time after {last!r}: {said[-1]}")
    return faults


def test_no_walk_ends_in_silence_repetition_or_a_dead_end(walks):
    assert [fault for walk in walks for fault in walk] == []
