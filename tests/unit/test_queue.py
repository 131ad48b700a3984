"""Everyone in turn: whoever sends much waits for it, and nobody else does."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest

from bot.conversation.queue import FairQueue, Full


class Hall:
    """People who queue, and the order in which they had their turns."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.served: list[str] = []

    async def send(self, sender: str, urgent: bool = False) -> None:
        async with self.queue.turn(sender, urgent):
            self.served.append(sender)
            await asyncio.sleep(0)

    async def send_all(self, senders: str) -> list[BaseException | None]:
        return await asyncio.gather(*(self.send(sender) for sender in senders), return_exceptions=True)


async def test_each_sender_has_a_turn_before_anyone_has_a_second():
    hall = Hall(FairQueue(at_work=1))
    await hall.send_all("aaaaabc")
    assert "".join(hall.served) == "aabcaaa"  # The first was let in before anyone else came.


async def test_no_more_are_at_work_than_may_be():
    hall = Hall(FairQueue(at_work=2))
    waiting = asyncio.ensure_future(hall.send_all("abcd"))
    for _ in range(2):
        await asyncio.sleep(0)
    assert hall.served == ["a", "b"]
    await waiting


async def test_a_newcomer_takes_the_place_of_whoever_has_most_waiting():
    hall = Hall(FairQueue(most=5, at_work=1))
    *flood, newcomer = await hall.send_all("aaaaab")
    assert (sum(isinstance(end, Full) for end in flood), newcomer) == (1, None)


async def test_whoever_has_most_waiting_takes_nobodys_place():
    hall = Hall(FairQueue(most=3, at_work=1))
    ends = await hall.send_all("abcb")
    assert [isinstance(end, Full) for end in ends] == [False, False, False, True]


async def test_an_urgent_message_comes_in_when_it_is_full():
    queue = FairQueue(most=1)
    async with queue.turn("a"), queue.turn("b", urgent=True):
        with pytest.raises(Full):
            async with queue.turn("c"):
                pass


async def test_a_place_is_free_again_after_a_failure():
    queue = FairQueue(most=1)
    with contextlib.suppress(ZeroDivisionError):
        async with queue.turn("a"):
            raise ZeroDivisionError
    async with queue.turn("a"):
        pass


@pytest.mark.parametrize("called", [False, True], ids=["while waiting", "when called"])
async def test_whoever_goes_away_holds_up_nobody(called):
    hall = Hall(FairQueue(most=2, at_work=1))
    leave = asyncio.Event()

    async def hold() -> None:
        async with hall.queue.turn("a"):
            await leave.wait()

    holding, going = asyncio.ensure_future(hold()), asyncio.ensure_future(hall.send("b"))
    await asyncio.sleep(0)
    if called:
        leave.set()
        await asyncio.sleep(0)
    going.cancel()
    leave.set()
    await asyncio.gather(holding, going, return_exceptions=True)
    await asyncio.wait_for(hall.send("c"), 1)
    assert hall.served == ["c"]


async def test_whatever_happens_all_places_are_free_again():
    queue, chance = FairQueue(most=20, at_work=3), random.Random(1)

    async def come_and_perhaps_go_away() -> None:
        async with queue.turn(chance.choice("abcd"), urgent=chance.random() < 0.3):
            await asyncio.sleep(chance.choice([0, 0, 0.001, 0.003]))

    comers = []
    for _ in range(300):
        patience = chance.choice([0.001, 0.002, 0.01, 1])
        comers.append(asyncio.ensure_future(asyncio.wait_for(come_and_perhaps_go_away(), patience)))
        if chance.random() < 0.2:
            await asyncio.sleep(0.001)
    await asyncio.gather(*comers, return_exceptions=True)
    async with contextlib.AsyncExitStack() as turns:
        for sender in "abc":
            await asyncio.wait_for(turns.enter_async_context(queue.turn(sender)), 1)
