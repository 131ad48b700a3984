"""Says whether a newly trained model is worse than the one in use: on our test questions and the organisation's."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.content import OWN, QUESTIONS, ROOT
from bot.content.answers import URGENT_GROUP
from bot.content.library import library
from bot.content.own import MARK
from bot.conversation.assistant import Assistant
from bot.evaluation.labelled import Labelled, read_questions

MOST_LOST = 0.005
"""What share of a set of questions a new model may get wrong that the old one got right, less those that it gains."""
_SAMPLE = 600
"""How many questions are asked of a model to which examples were only added."""
_SETS = ("all", "own", "urgent")


@dataclass(frozen=True)
class Figures:
    """How many questions of a set get the right answer."""

    right: int
    asked: int

    def __str__(self) -> str:
        return f"{self.right} of {self.asked}"


def worse(before: Mapping[str, Figures], after: Mapping[str, Figures]) -> str:
    """Return in a sentence what a new model is worse at; "" if at nothing. No urgent question may be lost."""
    for name in _SETS:
        lost = before[name].right - after[name].right
        allowed = 0 if name == "urgent" else int(MOST_LOST * before[name].asked)
        if lost > allowed:
            which = {"all": "test questions", "own": "your own test questions", "urgent": "urgent test questions"}[name]
            return f"It answers {after[name]} {which} rightly, the one in use {before[name]}."
    return ""


def questions() -> list[Labelled]:
    """Return all test questions whose answers there are."""
    return [one for one in read_questions([QUESTIONS]) if one.wanted.answer_id in library()]


def sample(asked: Sequence[Labelled]) -> list[Labelled]:
    """Return the urgent questions, an organisation's own, and a random sample of the others, always the same."""
    is_needed = [one.wanted.group == URGENT_GROUP or _is_own(one) for one in asked]
    needed, others = ([one for one, its in zip(asked, is_needed, strict=True) if its == want] for want in (True, False))
    return [*needed, *random.Random(0).sample(others, min(_SAMPLE, len(others)))]  # noqa: S311 (no secret)


def measure(assistant: Assistant, asked: Sequence[Labelled]) -> dict[str, Figures]:
    """Return how many questions of each set an assistant answers rightly."""
    from bot.evaluation.report import evaluate

    results = asyncio.run(evaluate(assistant, asked))
    sets = {
        "all": results,
        "own": [one for one in results if _is_own(one.question)],
        "urgent": [one for one in results if one.question.wanted.group == URGENT_GROUP],
    }
    return {name: Figures(sum(one.right for one in found), len(found)) for name, found in sets.items()}


def _is_own(question: Labelled) -> bool:
    return OWN is not None and question.file.endswith(MARK)


def kept(model: Path, asked: Sequence[Labelled], folder: Path = ROOT / ".cache" / "measured") -> _Kept:
    """Return where the figures of a model on these questions are kept, so that each is measured once."""
    import hashlib

    digest = hashlib.sha256("\n".join(f"{one.wanted}\t{one.text}" for one in asked).encode()).hexdigest()[:16]
    return _Kept(folder / f"{model.name.partition('.')[0]}-{digest}.json")


@dataclass(frozen=True)
class _Kept:
    """A file with figures."""

    file: Path

    def read(self) -> dict[str, Figures] | None:
        """Return the figures, if there are any."""
        if not self.file.exists():
            return None
        return {name: Figures(**one) for name, one in json.loads(self.file.read_text(encoding="utf-8")).items()}

    def write(self, figures: Mapping[str, Figures]) -> None:
        """Keep figures."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({name: asdict(one) for name, one in figures.items()}), encoding="utf-8")
