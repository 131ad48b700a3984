"""What is counted tells how the assistant does, and nothing of a single message."""

from __future__ import annotations

import httpx
import pytest

from bot.content.reply import Kind, Reply
from bot.conversation.counts import BOUNDS, SECONDS_SHOWN, CountingAssistant, Counts
from bot.conversation.messages import Refused, Said
from bot.metrics import serve_metrics
from tests.support.server import free_port


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def goes_on(self) -> None:
        self.now += SECONDS_SHOWN


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counts(clock) -> Counts:
    return Counts(clock)


def count(counts: Counts, number: int, seconds: float = 0.03) -> None:
    for _ in range(number):
        counts.count("chat", "urgent", seconds)


def test_nine_messages_do_not_show(counts):
    count(counts, 9)
    assert counts.shown()["chat", "urgent"][-1] == 0


def test_ten_messages_show(counts):
    count(counts, 10)
    assert counts.shown()["chat", "urgent"][-1] == 10


def test_a_message_does_not_show_in_the_minute_in_which_it_comes(counts, clock):
    count(counts, 10)
    counts.shown()
    count(counts, 10)
    assert counts.shown()["chat", "urgent"][-1] == 10
    clock.goes_on()
    assert counts.shown()["chat", "urgent"][-1] == 20


def test_each_bound_counts_what_took_at_most_as_long(counts):
    count(counts, 10, seconds=0.03)
    count(counts, 10, seconds=60)
    shown = dict(zip((*BOUNDS, "more"), counts.shown()["chat", "urgent"], strict=True))
    assert (shown[0.02], shown[0.05], shown[20.0], shown["more"]) == (0, 10, 10, 20)


def test_prometheus_gets_the_counts_and_what_the_process_takes(counts):
    count(counts, 10)
    port = free_port()
    serve_metrics(counts, "127.0.0.1", port)
    shown = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'assistant_messages_total{decision="urgent",door="chat"} 10.0' in shown
    assert "process_resident_memory_bytes" in shown


class Dialogue:
    async def say(self, *_: object) -> list[Reply]:
        return [Reply(Kind.CLARIFY, "Did you mean one of these?")]


async def test_what_is_decided_is_counted_by_the_kind_of_the_reply(counts):
    assistant = CountingAssistant(counts, Dialogue())
    for number in range(10):
        await assistant.reply(Said(f"{number}", "chat", "what is it"))
    assert [*counts.shown()] == [("chat", "clarify")]


async def test_a_refusal_is_counted_by_its_reason(counts):
    assistant = CountingAssistant(counts, Dialogue())
    with pytest.raises(Refused):
        await assistant.reply(Said("1", "chat", " "))
    assert [*counts.shown()] == [("chat", "no_text")]
