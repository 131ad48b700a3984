"""What real messages of people who aren't in danger get. They are nowhere in this repository: bot/matching/ordinary.py."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.real_text import chat
from bot.conversation.explain import ask_each
from bot.conversation.messages import Said
from tests.support.cores import on_all_cores
from tests.support.screening import MESSAGES

MOST_URGENT, MOST_NOTICED, MOST_BESIDE_THE_POINT = 0.0035, 0.018, 0.028
MOST_URGENT_FOLLOW_UPS = 1


@pytest.fixture(scope="module")
def asked(assistant):
    """What was decided about 2,000 messages of ordinary chat, without their words."""

    async def ask_all(texts):
        return [(found.danger, found.decision.value, found.answer_id) for found in await ask_each(assistant, texts)]

    return on_all_cores(lambda share: asyncio.run(ask_all(share)), chat())


def share_of(asked, fits) -> float:
    return sum(map(fits, asked)) / len(asked)


def test_ordinary_chat_is_not_taken_for_danger(asked):
    assert share_of(asked, lambda found: found[0] == "urgent") <= MOST_URGENT


def test_ordinary_chat_is_seldom_asked_about_danger(asked):
    assert share_of(asked, lambda found: found[0] is not None) <= MOST_NOTICED


def test_ordinary_chat_is_seldom_answered_beside_the_point(asked):
    beside = share_of(asked, lambda found: found[1] == "answer" and not found[2].startswith("chat/"))
    assert beside <= MOST_BESIDE_THE_POINT


@pytest.mark.parametrize("before", ["", "service/drug_checking"], ids=["alone", "after an answer"])
def test_short_follow_ups_are_not_taken_for_danger(assistant, before):
    async def urgent(texts):
        asked = assistant if before else assistant.having_read(text for _, text in texts)
        found = []
        for number, text in texts:
            conversation = f"follow-up-{number}-{before}"
            if before:
                await asked.reply(Said(conversation, "test", button=before))
            replies = await asked.reply(Said(conversation, "test", text))
            found.append(any(reply.is_urgent for reply in replies))
        return found

    texts = (MESSAGES / "follow_ups.txt").read_text().splitlines()
    taken = on_all_cores(lambda share: asyncio.run(urgent(share)), list(enumerate(texts)))
    wrong = [text for text, is_urgent in zip(texts, taken, strict=True) if is_urgent]
    assert len(wrong) <= MOST_URGENT_FOLLOW_UPS, wrong
