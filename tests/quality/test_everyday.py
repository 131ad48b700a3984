"""Questions that people ask harm reduction services, by a hand that saw ids and titles only. Never printed."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.content.answers import OUT_OF_SCOPE
from bot.content.reply import Kind
from bot.conversation.messages import Said
from tests.support import ROOT
from tests.support.cores import on_all_cores

LEAST_TO_THE_POINT = 0.73
FEWEST = 100


@pytest.fixture(scope="module")
def questions() -> list[tuple[set[str], str]]:
    rows = (row.split("\t") for row in (ROOT / "tests/everyday/blind.tsv").read_text().splitlines())
    return [({OUT_OF_SCOPE} if ids == "none" else set(ids.split(",")), text) for ids, text in rows]


def test_they_are_answered_to_the_point(assistant, questions):
    async def right(share):
        replies = [(ids, (await assistant.reply(Said(secrets.token_hex(8), "test", text)))[0]) for ids, text in share]
        return [
            (reply.kind is Kind.ANSWER and reply.answer.answer_id in ids)
            or (reply.kind is Kind.FALLBACK and OUT_OF_SCOPE in ids)
            for ids, reply in replies
        ]  # fmt: skip

    found = on_all_cores(lambda share: asyncio.run(right(share)), questions)
    assert (len(found) >= FEWEST, sum(found) >= LEAST_TO_THE_POINT * len(found)) == (True, True), sum(found)
