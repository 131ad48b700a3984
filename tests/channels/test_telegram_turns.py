"""The order of work: a chat's updates in turn, chats side by side, each update once."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from telegram import Update

from bot.channels.telegram.turns import Turns
from bot.conversation.messages import Refused

IDS = itertools.count(1)


def update(chat_id: int, text: str = "hello", kind: str = "private") -> Update:
    chat = {"id": chat_id, "type": kind}
    return Update.de_json({"update_id": next(IDS), "message": {"message_id": 1, "date": 1, "chat": chat, "text": text}})


class Work:
    """Handles updates slowly, and writes down what begins and ends."""

    def __init__(self, most_at_once: int = 9) -> None:
        self.turns = Turns(lambda update: update.message.text == "help", most_at_once)
        self.log: list[str] = []
        self.at_once = self.most_at_once = 0

    async def handle(self, name: str) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.log.append(f"{name} begins")
        await asyncio.sleep(0.01)
        self.log.append(f"{name} ends")
        self.at_once -= 1

    def put(self, update: Update, name: str = "it") -> asyncio.Task:
        return asyncio.ensure_future(self.turns.process_update(update, self.handle(name)))


async def test_updates_of_a_chat_are_handled_one_after_the_other():
    work = Work()
    await asyncio.gather(*(work.put(update(1), name) for name in "abc"))
    assert work.log == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


async def test_chats_are_handled_side_by_side():
    work = Work()
    await asyncio.gather(*(work.put(update(number), name) for number, name in enumerate("ab")))
    assert work.log[:2] == ["a begins", "b begins"]


async def test_no_more_chats_are_handled_at_once_than_there_are_places_for():
    work = Work(most_at_once=3)
    await asyncio.gather(*(work.put(update(number)) for number in range(10)))
    assert (work.most_at_once, len(work.log)) == (3, 20)


async def test_a_chat_with_much_to_say_takes_one_place_only():
    work = Work(most_at_once=2)
    many, other = [work.put(update(1), "many") for _ in range(10)], work.put(update(2), "other")
    await other
    assert work.log.count("many ends") <= 1
    await asyncio.gather(*many)


async def test_the_same_update_is_handled_once():
    work, same = Work(), update(1)
    await asyncio.gather(work.put(same), work.put(same))
    assert len(work.log) == 2


async def test_one_too_many_is_refused_and_what_comes_then_is_passed_over():
    work = Work()
    done = await asyncio.gather(*(work.put(update(1)) for _ in range(30)), return_exceptions=True)
    assert [type(result) for result in done if result] == [Refused]
    assert work.log.count("it ends") == 20


async def test_a_group_that_floods_gets_no_refusal():
    work = Work()
    done = await asyncio.gather(*(work.put(update(1, kind="group")) for _ in range(30)))
    assert (done, work.log.count("it ends")) == ([None] * 30, 20)


async def test_whoever_is_in_danger_may_wait_however_many_do():
    work = Work()
    for _ in range(30):
        work.put(update(1))
    await work.put(update(1, "help"), "help")
    assert work.log[-1] == "help ends"


async def test_whoever_is_in_danger_waits_for_no_other_chat():
    work = Work(most_at_once=1)
    others = [work.put(update(number)) for number in range(2, 6)]
    await work.put(update(1, "help"), "help")
    assert work.log.count("it ends") <= 1
    await asyncio.gather(*others)


async def test_what_is_dealt_with_is_told_and_what_is_dropped_is_not():
    finished: list[int] = []
    work = Work()
    work.turns = Turns(lambda _: False, finish=finished.append)
    first, second = update(1), update(1)
    tasks = [work.put(first), work.put(second)]
    await tasks[0]
    await work.turns.shutdown()
    assert (finished, tasks[1].cancelled()) == ([first.update_id], True)


async def test_an_error_leaves_the_turn_to_the_next():
    work = Work()

    async def fail() -> None:
        raise LookupError

    failing = asyncio.ensure_future(work.turns.process_update(update(1), fail()))
    await work.put(update(1), "next")
    with pytest.raises(LookupError):
        await failing
    assert work.log == ["next begins", "next ends"]


async def test_what_is_under_way_can_be_dropped():
    work = Work()
    tasks = [work.put(update(1)) for _ in range(3)]
    await asyncio.sleep(0.005)
    await work.turns.shutdown()
    assert (work.log, [task.cancelled() for task in tasks]) == (["it begins"], [True] * 3)


async def test_nothing_is_kept_of_a_chat_whose_updates_are_handled():
    work = Work()
    await asyncio.gather(*(work.put(update(number)) for number in range(5)))
    assert len(work.turns._queues) == 0
