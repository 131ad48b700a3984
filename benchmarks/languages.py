"""How well questions in other languages find their answers: `python -m benchmarks.languages FILE…`, a row a language.

A file has the language, the answer's id and the question in each line, with tabs between. No question is printed.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.content.answers import OUT_OF_SCOPE
from bot.languages.e5 import E5
from bot.languages.learning import learned_file
from bot.languages.topics import MOST_TITLES, TopicsAbroad

SHARES = ("top 1", "top 3", "right", "wrong", "offered", "offered with the right one", "not known")


@dataclass(frozen=True)
class Result:
    """What became of a question: the ids by rank, without that of none of them, and those that are given or offered."""

    answer_id: str
    ranked: tuple[str, ...]
    chosen: tuple[str, ...]

    def shares(self) -> tuple[bool, ...]:
        """Return which of SHARES it belongs to."""
        offered, known = len(self.chosen) > 1, self.answer_id in self.chosen
        wanted = () if self.answer_id == OUT_OF_SCOPE else (self.answer_id,)
        return (
            self.ranked[:1] == wanted or (not wanted and not self.chosen),
            self.answer_id in self.ranked[:MOST_TITLES] or (not wanted and not self.chosen),
            self.chosen == wanted,
            len(self.chosen) == 1 and not known,
            offered,
            offered and known,
            not self.chosen,
        )


def asked(file: Path) -> list[list[str]]:
    """Return the language, the answer's id and the question of each line; nothing if the file isn't there."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def results(questions: Iterable[list[str]]) -> dict[str, list[Result]]:
    """Ask, and return the results by language."""
    with np.load(learned_file()) as learned:
        encoder, topics = E5.of(learned), TopicsAbroad.of(learned)
    found = defaultdict(list)
    for language, answer_id, text in questions:
        vector = encoder.encode(text)
        ranked = [label for label in topics.scores(vector, language) if label != OUT_OF_SCOPE]
        found[language].append(Result(answer_id, tuple(ranked), topics.asked(vector, language).answers))
    return found


def _print(file: Path) -> None:
    questions = asked(file)
    started = time.perf_counter()
    found = results(questions)
    each = (time.perf_counter() - started) / max(1, len(questions))
    print(f"{file.name}: {len(questions)} questions, {each * 1000:.0f} ms each\n")
    print(f"| | {' | '.join(SHARES)} |\n|---|{'---:|' * len(SHARES)}")
    for language, of_it in sorted(found.items()):
        shares = np.mean([result.shares() for result in of_it], axis=0)
        print(f"| {language}, {len(of_it)} | {' | '.join(f'{share:.0%}' for share in shares)} |")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _print(Path(name))
