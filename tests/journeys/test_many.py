"""Two assistants behind nginx, with one Redis, lose nothing while one of them is killed, and Redis and answers change.

`make prove-many` does the same with four assistants and 200 people, and says how many messages 1, 2 and 4 of them answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.support import nginx
from tests.support.many import SECONDS_TO_BE_NORMAL, Farm, Figures, People, running_farm, talking

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not nginx.PROGRAM, reason="tools/install-system-packages brings nginx."),
]
LONG = bool(os.environ.get("PROVE_MANY"))
ASSISTANTS, PEOPLE, SECONDS_TO_THINK = (4, 200, 8.0) if LONG else (2, 6, 0.3)
SECONDS_BETWEEN = 20 if LONG else 1
"""How long all is well before and after each fault."""
SECONDS_OF_LOAD = 20
NEW_WORDS = "These are new words."


@dataclass
class Story:
    """What happened, when, and what people saw."""

    figures: Figures = field(default_factory=Figures)
    times: dict[str, tuple[float, float]] = field(default_factory=dict)
    seconds_until_normal: dict[str, float] = field(default_factory=dict)
    seconds_until_new_words: float = 0

    def during(self, *events: str) -> Figures:
        return Figures([one for event in events for one in self.figures.between(*self.times[event]).sent])


@pytest.fixture(scope="module")
def farm(model, tmp_path_factory) -> Iterator[Farm]:
    with running_farm(ASSISTANTS, tmp_path_factory.mktemp("many")) as running:
        yield running


async def new_words(farm: Farm, people: People) -> float:
    """Change an answer, and return the seconds until every assistant says so."""
    file = farm.checkout / "data" / "faq" / "faq" / "crime.yml"
    file.write_text(file.read_text().replace("answer: |\n", f"answer: |\n  {NEW_WORDS}\n"))
    begin = time.monotonic()
    for server in farm.assistants:
        while NEW_WORDS not in str(await asyncio.to_thread(server.ask, button="faq/crime")):
            assert time.monotonic() - begin < 30
            await asyncio.sleep(0.05)
    return time.monotonic() - begin


@pytest.fixture(scope="module")
def story(farm) -> Story:
    return asyncio.run(told(farm))


async def told(farm: Farm) -> Story:
    story = Story()

    async with talking(farm, PEOPLE, SECONDS_TO_THINK) as people:

        async def event(name: str, *steps: tuple[object, ...]) -> None:
            begin = time.monotonic()
            for step, *arguments in steps:
                await asyncio.to_thread(step, *arguments)
            if steps:
                story.seconds_until_normal[name] = await people.until_normal()
            await asyncio.sleep(SECONDS_BETWEEN)
            story.times[name] = begin, time.monotonic()

        await people.until_normal()
        await event("all is well")
        await event("one is killed", (farm.kill, 0))
        await event("it starts again", (farm.start_again, 0))
        await event("one is replaced", (farm.restart, 1))
        story.seconds_until_new_words = await new_words(farm, people)
        await event("answers have changed")
        await event("redis restarts", (farm.redis.stop,), (time.sleep, SECONDS_BETWEEN), (farm.redis.start_again,))
        await event("all is well again")
    story.figures = people.figures
    return story


def test_nothing_is_lost(story):
    print(f"\nall: {story.figures}")
    for name in story.times:
        normal = story.seconds_until_normal.get(name)
        print(f"{name}: {story.during(name)}" + (f"; normal after {normal:.1f} s" if normal is not None else ""))
    assert story.figures.lost == 0


def test_everyone_is_answered(story):
    assert not story.figures.refused


def test_nobody_gets_a_reply_of_another_conversation(story):
    assert story.figures.of_another == 0


def test_topics_are_kept_while_assistants_die_and_come_back(story):
    kept = story.during("all is well", "one is killed", "it starts again", "one is replaced", "answers have changed")
    assert kept.follow_ups > PEOPLE
    assert kept.kept == kept.follow_ups


def test_when_redis_is_back_topics_are_kept_again(story):
    assert story.seconds_until_normal["redis restarts"] < SECONDS_TO_BE_NORMAL


def test_all_assistants_say_what_an_edit_says(story):
    print(f"\nnew words after {story.seconds_until_new_words:.1f} s")
    assert story.seconds_until_new_words < 20


def test_nginx_writes_nothing_down(story, farm):
    written = [path for path in (farm.folder / "nginx").rglob("*") if path.is_file()]
    said = b"".join(path.read_bytes() for path in written if path.suffix not in (".conf", ".pem"))
    assert b"127.0.0.1" not in said
    assert b"chat" not in said


def test_an_assistant_that_is_told_to_stop_says_so_and_answers_on(story, farm):
    server = farm.assistants[0]
    server.process.send_signal(signal.SIGTERM)
    while (ready := httpx.get(f"{server.url}/ready")).status_code == 200:
        time.sleep(0.02)
    assert ready.text == "stopping\n"
    assert server.ask("what is drug checking?")["replies"]
    assert server.process.wait(timeout=30) == 0


@pytest.mark.skipif(not LONG, reason="make prove-many")
@pytest.mark.parametrize("number", [1, 2, 4])
def test_how_many_messages_so_many_assistants_answer(number, model, tmp_path):
    async def measured(farm: Farm) -> tuple[Figures, float]:
        async with talking(farm, 32, 0) as people:
            await people.until_normal()
            begin, busy = time.monotonic(), farm.processor_seconds()
            await asyncio.sleep(SECONDS_OF_LOAD)
            end, busy = time.monotonic(), farm.processor_seconds() - busy
        return people.figures.between(begin, end), busy

    with running_farm(number, tmp_path) as farm:
        figures, busy = asyncio.run(measured(farm))
    print(
        f"\n{number} assistants: {len(figures.sent) / SECONDS_OF_LOAD:.1f} messages/s, of a processor "
        f"{busy / len(figures.sent) * 1000:.1f} ms a message, load {os.getloadavg()[0]:.0f}; {figures}"
    )
    assert figures.lost == 0
