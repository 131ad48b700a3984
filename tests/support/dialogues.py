"""What can stand in Rasa's place behind an assistant: it answers, or fails in one way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.content.reply import Kind, Reply, target_of

YES = Reply(Kind.ANSWER, "yes")


@dataclass
class Dialogue:
    """Says yes after some seconds, raises an error, or says nothing; remembers what it was asked."""

    seconds: float = 0
    error: Exception | None = None
    replies: tuple[Reply, ...] = (YES,)
    said: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    abroad: list[tuple[str, object]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def say(self, conversation, channel, text) -> list[Reply]:
        self.said.append(text)
        return await self._answer()

    async def press(self, conversation, channel, target) -> list[Reply]:
        self.pressed.append(str(target))
        replies = await self._answer()
        urgent = str(target).startswith("urgent/")
        return [Reply(Kind.URGENT, "call", answer=target_of(str(target)))] if urgent and replies else replies

    async def say_abroad(self, conversation, channel, text, heard) -> list[Reply]:
        self.abroad.append((text, heard))
        return await self._answer()

    async def language_of(self, conversation) -> str:
        return self.abroad[-1][1].language if self.abroad else "en"

    async def words_of(self, conversation) -> list[str]:
        return self.said

    async def forget(self, conversation) -> None:
        self.forgotten.append(conversation)

    async def erase(self, conversation) -> None:
        self.erased.append(conversation)

    async def was_erased(self, conversation) -> bool:
        return conversation in self.erased

    async def _answer(self) -> list[Reply]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        if self.error:
            raise self.error
        return list(self.replies)


FAILING = {
    "raises": lambda: Dialogue(error=RuntimeError("broken")),
    "hangs": lambda: Dialogue(seconds=60),
    "is silent": lambda: Dialogue(replies=()),
}
