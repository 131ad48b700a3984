"""A model that was replaced is freed once nobody is being answered."""

from __future__ import annotations

import asyncio
import gc
import weakref

from bot import serve
from bot.content.reply import Kind, Reply
from bot.conversation.assistant import Assistant
from bot.conversation.messages import Said
from bot.privacy.memory import settle


class Dialogue:
    """Answers once it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()

    async def say(self, conversation, channel, text):
        await self.may.wait()
        return [Reply(Kind.ANSWER, "Yes.")]


class Model:
    """Holds on to itself in a circle, as models do."""

    def __init__(self) -> None:
        self.itself = self


async def test_an_old_model_goes_when_the_last_answer_is_given():
    model = Model()
    settle()
    is_there, dialogue = weakref.ref(model), Dialogue()
    del model
    assistant = Assistant(dialogue)
    answering = asyncio.ensure_future(assistant.reply(Said("c", "chat", "hello")))
    settling = asyncio.ensure_future(serve._stay_settled(assistant))
    await asyncio.sleep(0.2)
    gc.collect()
    assert is_there() is not None
    dialogue.may.set()
    await answering
    while is_there():
        await asyncio.sleep(0.01)
    settling.cancel()
    gc.unfreeze()
