"""How fast the assistant is and what memory it takes, as people get it over HTTP: `make bench-speed`.

It starts the assistant as `make run` does, asks it the questions of `tests/questions`, and prints a table. Seconds
depend on what else the machine does, so processor time is printed beside them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import aiohttp

from benchmarks import ROOT
from benchmarks.picture import draw_line
from bot.content import QUESTIONS
from bot.evaluation.labelled import read_questions

PICTURE = ROOT / "docs" / "performance.png"
WITHOUT_LIMITS = ("MESSAGES_PER_MINUTE=1000000", "MESSAGES_PER_MINUTE_AND_ADDRESS=1000000")
SECONDS_TO_START = 300
TURNS = 5
"""How many messages a person sends, unless it's the length of conversations that is measured."""
AT_ONCE = 32
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """The assistant at work."""

    url: str
    process: subprocess.Popen[bytes]

    def megabytes(self) -> float:
        """Return what it holds in memory (resident)."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def processor_seconds(self) -> float:
        """Return how much time of processors it has had."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass
class Load:
    """People who ask, each in a conversation of their own, and the seconds that each message took."""

    session: aiohttp.ClientSession
    url: str
    questions: Sequence[str]
    seconds: list[float] = field(default_factory=list)
    asked: int = 0

    async def person(self, turns: int) -> list[float]:
        """Hold one conversation, and return the seconds of each turn."""
        conversation, taken = None, []
        for _ in range(turns):
            text = self.questions[self.asked % len(self.questions)]
            self.asked += 1
            started = time.perf_counter()
            body = {"conversation": conversation, "text": text}
            async with self.session.post(f"{self.url}/chat/message", json=body) as response:
                if response.status >= 500:
                    response.raise_for_status()
                reply = await response.json()
            conversation = reply.get("conversation", conversation)  # Missing where no words were left to read.
            taken.append(time.perf_counter() - started)
        self.seconds += taken
        return taken

    async def people(self, number: int, at_once: int) -> float:
        """Let so many people ask, some of them at a time, and return the seconds that all took."""
        left = iter(range(number))

        async def one_after_the_other() -> None:
            for _ in left:
                await self.person(TURNS)

        started = time.perf_counter()
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
        return time.perf_counter() - started


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Run the assistant, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603  Ourselves.
            ["/usr/bin/env", f"PORT={port}", *WITHOUT_LIMITS, sys.executable, "-m", "bot", "run"],
            cwd=ROOT, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait()


async def first_answer(load: Load) -> None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            await load.person(1)
        except aiohttp.ClientConnectionError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            return


async def measure(server: Server, messages: int) -> tuple[list[tuple[str, str]], list[tuple[int, float]]]:
    """Return the rows of the table, and the memory after so many messages."""
    questions = [question.text for question in read_questions([QUESTIONS])]
    random.Random(0).shuffle(questions)  # noqa: S311  The same order each time.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)  # The server closes after five seconds.
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(SECONDS_TO_START)) as session:
        load, started = Load(session, server.url, questions), time.perf_counter()
        await first_answer(load)
        rows = [
            ("start to first answer", f"{time.perf_counter() - started:.1f} s"),
            ("  of a processor", f"{server.processor_seconds():.1f} s"),
            ("memory after the first answer", f"{server.megabytes():.0f} MB"),
        ]
        rows += await _one_person(server, load)
        rows += await _by_turn(load)
        rows.append(await _many(load))
        memory = await _long(server, load, messages)
    later = [megabytes for asked, megabytes in memory if asked >= messages / 10]
    rows.append((f"memory over {messages} messages, after the first tenth", f"{min(later):.0f} to {max(later):.0f} MB"))
    return rows, memory


async def _one_person(server: Server, load: Load) -> list[tuple[str, str]]:
    await load.people(10, at_once=1)
    load.seconds.clear()
    busy = server.processor_seconds()
    await load.people(100, at_once=1)
    busy = server.processor_seconds() - busy
    return [
        ("one person, median", f"{median(load.seconds) * 1000:.1f} ms"),
        ("  99 of 100", f"{quantiles(load.seconds, n=100)[98] * 1000:.1f} ms"),
        ("  of a processor, mean", f"{busy / len(load.seconds) * 1000:.1f} ms"),
    ]


async def _by_turn(load: Load) -> list[tuple[str, str]]:
    """Compare early and late turns. The first has no conversation to be read in, so it is quicker by its nature."""
    talks = [await load.person(100) for _ in range(5)]
    parts = {"1": slice(0, 1), "2 to 10": slice(1, 10), "91 to 100": slice(90, 100)}
    turns = {name: median(seconds for talk in talks for seconds in talk[part]) for name, part in parts.items()}
    return [(f"turn {name}, median", f"{seconds * 1000:.1f} ms") for name, seconds in turns.items()]


async def _many(load: Load) -> tuple[str, str]:
    people = 200
    return (f"{AT_ONCE} at once", f"{people * TURNS / await load.people(people, AT_ONCE):.0f} messages/s")


async def _long(server: Server, load: Load, messages: int) -> list[tuple[int, float]]:
    """Return the memory again and again while people come and go."""
    memory = [(0, server.megabytes())]
    steps = 20
    for step in range(1, steps + 1):
        await load.people(max(messages // TURNS // steps, 1), AT_ONCE)
        memory.append((messages * step // steps, server.megabytes()))
        print(f"{memory[-1][0]} messages: {memory[-1][1]:.0f} MB", file=sys.stderr)
    return memory


def main(messages: int) -> None:
    """Measure, print a table, and draw the memory."""
    with running() as server:
        rows, memory = asyncio.run(measure(server, messages))
    print("| what | figure |\n|---|---|")
    print("\n".join(f"| {what} | {figure} |" for what, figure in rows))
    draw_line(memory, "messages", "memory, MB", PICTURE)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
