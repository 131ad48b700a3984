"""Sends the messages of tests/danger, each once, through the whole dialogue."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from tests.support import ROOT
from tests.support.cores import on_all_cores

MESSAGES = ROOT / "tests" / "danger"
PARTS = " || "
"""What stands between the parts of a message that were sent one after the other."""


@dataclass(frozen=True)
class Screened:
    """A message in one or more parts, and what it should be taken for.

    `got` is the urgent answer that its last part got; `checked` says that it was asked whether someone is in danger, `reply`
    is the last reply's text.
    """

    text: str
    wanted: str
    got: str | None
    checked: bool
    reply: str

    @property
    def urgent(self) -> bool:
        return self.wanted != "no"


def screen(assistant: Assistant, name: str) -> list[Screened]:
    """Send all messages of a file; return what they were taken for."""

    async def screen_all(lines) -> list[Screened]:
        messages = [line.split("\t") for line in lines]
        ahead = assistant.having_read(text for *_, text in messages if PARTS not in text)
        return [await _screen(assistant if PARTS in message[-1] else ahead, *message) for message in messages]

    lines = (MESSAGES / f"{name}.tsv").read_text().splitlines()
    return on_all_cores(lambda share: asyncio.run(screen_all(share)), lines)


async def _screen(assistant: Assistant, wanted: str, kind: str, text: str) -> Screened:
    """Send a message's parts one after the other; an urgent reply to the last one counts."""
    conversation = secrets.token_hex(8)
    for part in text.split(PARTS):
        replies = await assistant.reply(Said(conversation, "test", part))
    urgent = next((str(reply.answer) for reply in replies if reply.is_urgent), None)
    return Screened(text, wanted, urgent, any(reply.checks for reply in replies), replies[-1].text)
