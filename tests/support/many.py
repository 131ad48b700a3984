"""Many assistants behind nginx with one Redis, and people in conversation while something breaks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.support.canaries import new_secret
from tests.support.nginx import in_front_of
from tests.support.redis_server import RedisServer, running_redis
from tests.support.server import Server, copy_project, free_port, start_server, stop_server

TOPICS = {
    "service/drug_checking": "what is drug checking?",
    "service/opioid_agonist_therapy": "what is methadone treatment?",
    "service/needle_syringe_programmes": "what is a needle exchange?",
    "service/drug_consumption_rooms": "what is a drug consumption room?",
}
FOLLOW_UPS = ("is it legal?", "how much does it cost?", "where can i find one?")
"""What each person asks about their own topic without naming it."""
TRIES = 6
SECONDS_BETWEEN_TRIES = 0.5
SECONDS_TO_BE_NORMAL = 60


@dataclass(frozen=True)
class Sent:
    """A message that someone sent: when it was settled, how long that took, and what came of it."""

    at: float
    seconds: float
    tries: int
    status: int
    is_follow_up: bool
    kept_topic: bool
    of_another: bool


@dataclass
class Figures:
    """What people saw."""

    sent: list[Sent] = field(default_factory=list)

    def between(self, begin: float, end: float) -> Figures:
        return Figures([one for one in self.sent if begin <= one.at < end])

    @property
    def lost(self) -> int:
        """How many got no reply, however often they were sent."""
        return sum(one.status == 0 for one in self.sent)

    @property
    def refused(self) -> Counter[int]:
        return Counter(one.status for one in self.sent if one.status not in (0, 200))

    @property
    def again(self) -> int:
        """How many had to be sent again, because nginx could not get a reply for them either."""
        return sum(one.tries > 1 for one in self.sent)

    @property
    def of_another(self) -> int:
        return sum(one.of_another for one in self.sent)

    @property
    def follow_ups(self) -> int:
        return sum(one.is_follow_up for one in self.sent)

    @property
    def kept(self) -> int:
        return sum(one.kept_topic for one in self.sent)

    def __str__(self) -> str:
        slowest = max((one.seconds for one in self.sent), default=0)
        return (
            f"sent {len(self.sent)}, answered {sum(one.status == 200 for one in self.sent)}, refused {dict(self.refused)}, "
            f"lost {self.lost}, sent again {self.again}, of another conversation {self.of_another}, "
            f"topics kept {self.kept} of {self.follow_ups}, slowest {slowest:.1f} s"
        )


@dataclass
class Farm:
    """nginx at `url`, assistants, and Redis; `checkout` has the answers that all of them serve."""

    url: str
    assistants: list[Server]
    redis: RedisServer
    checkout: Path
    folder: Path
    settings: dict[str, str]

    def processor_seconds(self) -> float:
        """Return the time of a processor that the assistants have had."""
        stats = [
            Path(f"/proc/{one.process.pid}/stat").read_text().rpartition(")")[2].split() for one in self.assistants
        ]
        return sum(int(ticks) for stat in stats for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")

    def kill(self, number: int) -> None:
        """End an assistant without a word, whatever it is at work on."""
        self.assistants[number].process.kill()
        self.assistants[number].process.wait()

    def start_again(self, number: int) -> None:
        port = int(self.assistants[number].url.rpartition(":")[2])
        self.assistants[number] = started(self.folder, self.checkout, port, self.settings)

    def restart(self, number: int) -> None:
        """Replace an assistant, as an update does."""
        stop_server(self.assistants[number])
        self.start_again(number)


def started(folder: Path, checkout: Path, port: int, settings: dict[str, str]) -> Server:
    return start_server(folder / f"{port}.txt", checkout, port, **settings)


@contextlib.contextmanager
def running_farm(number: int, folder: Path) -> Iterator[Farm]:
    """Run so many assistants, all of one checkout, until the end of the block."""
    checkout, ports = copy_project(folder / "checkout"), [free_port() for _ in range(number)]
    with running_redis(folder) as redis, ThreadPoolExecutor() as pool:
        settings = {
            "REDIS_URL": redis.url, "PSEUDONYM_KEY": new_secret(), "PROXIES": "1", "MOST_WAITING": "500",
            "MESSAGES_PER_MINUTE_AND_ADDRESS": "1000000", "MESSAGES_PER_MINUTE": "1000000",
            "DRAIN_SECONDS": "1",
        }  # fmt: skip
        assistants = [*pool.map(lambda port: started(folder, checkout, port, settings), ports)]
        (folder / "nginx").mkdir()
        with in_front_of(ports, folder / "nginx") as url:
            farm = Farm(url, assistants, redis, checkout, folder, settings)
            try:
                yield farm
            finally:
                for server in farm.assistants:
                    server.process.kill()
                    server.process.wait()


@dataclass
class People:
    """People who hold one conversation after the other, until they are told to go home."""

    url: str
    session: aiohttp.ClientSession
    seconds_to_think: float
    figures: Figures = field(default_factory=Figures)
    over: bool = False

    async def person(self, number: int) -> None:
        for topic, question in itertools.islice(itertools.cycle(TOPICS.items()), number, None):
            conversation = await self.say(question, topic)
            for follow_up in FOLLOW_UPS:
                if self.over:
                    return
                await asyncio.sleep(self.seconds_to_think)
                await self.say(follow_up, topic, conversation)

    async def say(self, text: str, topic: str, conversation: str | None = None) -> str | None:
        """Send a message as the page does, again if no reply comes; note what came of it, and return the conversation."""
        begin, body = time.monotonic(), {"text": text, "id": secrets.token_hex(16), "conversation": conversation}
        status, reply, tries = 0, {}, 0
        while status == 0 and tries < TRIES:
            tries += 1
            with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                async with self.session.post(f"{self.url}/chat/message", json=body, ssl=False) as response:
                    reply = await response.json() if response.content_type == "application/json" else {}
                    status = response.status if reply else 0
            if status == 0:
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
        answer, key = (reply.get("replies") or [{}])[0].get("answer") or "", reply.get("conversation")
        is_follow_up = conversation is not None
        of_another = any(answer.startswith(one) for one in TOPICS if one != topic) or (
            is_follow_up and key != conversation
        )
        kept = is_follow_up and answer.startswith(topic)
        now = time.monotonic()
        self.figures.sent.append(
            Sent(now, now - begin, tries, status, is_follow_up, kept, of_another and status == 200)
        )
        return key or conversation

    async def until_normal(self) -> float:
        """Wait until three new conversations in a row keep their topic; return the seconds that took."""
        begin, good = time.monotonic(), 0
        while good < 3:
            assert time.monotonic() - begin < SECONDS_TO_BE_NORMAL
            probe = People(self.url, self.session, 0)
            key = await probe.say(TOPICS["service/drug_checking"], "service/drug_checking")
            await probe.say(FOLLOW_UPS[0], "service/drug_checking", key)
            good = good + 1 if probe.figures.kept else 0
        return time.monotonic() - begin


@contextlib.asynccontextmanager
async def talking(farm: Farm, number: int, seconds_to_think: float) -> AsyncIterator[People]:
    """Let so many people talk until the end of the block."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(40)) as session:
        people = People(farm.url, session, seconds_to_think)
        tasks = [asyncio.create_task(people.person(one)) for one in range(number)]
        try:
            yield people
        finally:
            people.over = True
            await asyncio.gather(*tasks)
