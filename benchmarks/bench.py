"""The benchmark: all systems on the same data in one run, as a table, a picture, and docs/benchmarks.md."""

from __future__ import annotations

import datetime
import importlib.metadata
import multiprocessing
import os
import platform
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from sklearn.metrics import matthews_corrcoef

from benchmarks import ROOT
from benchmarks.peers import Ranked, systems
from benchmarks.picture import draw_table
from bot.content import DATA, QUESTIONS
from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP
from bot.content.examples import example_questions
from bot.evaluation.labelled import read_questions
from bot.evaluation.tables import Sentence
from bot.matching.decision import URGENT_GROUP
from bot.privacy.logs import withhold_words

PAGE = ROOT / "docs/benchmarks.md"
PICTURE = ROOT / "docs/benchmarks.png"
_BEGIN, _END = "<!-- made by `make bench` -->", "<!-- end -->"
_HEADS = (
    "system",
    "top-1",
    "top-3",
    "oos recall",
    "MCC",
    "MCC at default",
    "train s",
    "ms/question",
    "MB memory",
    "MB model",
)
_DEFAULT_THRESHOLD = 0.3
"""Rasa's: `FallbackClassifier` in the pipeline that `rasa init` writes."""
_WARM_UP = 20
_LIBRARIES = ("rasa", "tensorflow", "scikit-learn", "numpy", "onnxruntime", "spacy")


@dataclass(frozen=True)
class Run:
    """What a system did: its rankings, and what it cost."""

    name: str
    rankings: list[Ranked]
    train_seconds: float
    question_ms: float
    memory_mb: float
    model_mb: float


def main(most: int) -> None:
    """Run the benchmark with at most `most` examples per label, and write the page."""
    examples = _examples(most)
    questions = [
        Sentence(question.text, question.wanted.answer_id)
        for question in read_questions([QUESTIONS])
        if not question.wanted.answer_id.startswith(f"{URGENT_GROUP}/")
    ]
    runs = []
    for number, system in enumerate(systems()):
        print(f"{system.name} …", flush=True)
        runs.append(_run(number, examples, [question.text for question in questions]))
    rows = _rows(runs, [question.label for question in questions])
    print(_markdown(rows))
    title = f"{len(examples)} examples, {len(questions)} questions, {datetime.date.today().isoformat()}"
    draw_table(_HEADS, rows, title, PICTURE)
    _write_page(rows, len(examples), questions)


def _examples(most: int) -> list[Sentence]:
    """Return a random sample of the examples, at most `most` per label; it is always the same one.

    Follow-ups ("is it legal?") refer to the current topic; without a conversation there is nothing to measure. Danger
    is measured elsewhere (docs/safety.md).
    """
    by_label: dict[str, list[str]] = {}
    for label, text in example_questions(DATA / "nlu"):
        if not label.startswith((f"{SECTION_GROUP}/", f"{URGENT_GROUP}/")):
            by_label.setdefault(label, []).append(text)
    chance = random.Random(0)  # noqa: S311 (no secret depends on it)
    return [
        Sentence(text, label)
        for label, texts in by_label.items()
        for text in chance.sample(texts, min(most, len(texts)))
    ]


def _run(number: int, examples: Sequence[Sentence], texts: Sequence[str]) -> Run:
    """Train and ask a system, each in a fresh process: neither pays for what the other has loaded."""
    with tempfile.TemporaryDirectory() as folder:
        train_seconds = _apart(_train, number, examples, Path(folder))
        model_mb = max(path.stat().st_size for path in Path(folder).glob("*.*")) / 1e6
        rankings, question_ms, memory_mb = _apart(_ask, number, texts, Path(folder))
        return Run(systems()[number].name, rankings, train_seconds, question_ms, memory_mb, model_mb)


def _train(number: int, examples: Sequence[Sentence], folder: Path) -> float:
    started = time.perf_counter()
    systems()[number].train(examples, folder)
    return time.perf_counter() - started


def _ask(number: int, texts: Sequence[str], folder: Path) -> tuple[list[Ranked], float, float]:
    system = systems()[number]
    system.load(folder)
    for text in texts[:_WARM_UP]:
        system.rank(text)
    started = time.perf_counter()
    rankings = [system.rank(text) for text in texts]
    question_ms = (time.perf_counter() - started) / len(texts) * 1000
    return rankings, question_ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process that ends with this one, also if this one is stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    # Logs like the assistant's: else libraries warn of what they do, page after page.
    with multiprocessing.get_context("spawn").Pool(1, initializer=withhold_words, initargs=("ERROR",)) as pool:
        return pool.apply(function, arguments)


def _leave(number: int, _: FrameType | None) -> None:
    """End by an exception, as after Ctrl+C: then the process of a system ends, and its folder goes."""
    sys.exit(128 + number)


def _rows(runs: Sequence[Run], wanted: Sequence[str]) -> list[list[str]]:
    """Return the table; our in-scope operating point is the share of in-scope questions that isn't sent to fallback."""
    inside = [label != OUT_OF_SCOPE for label in wanted]
    ours = runs[-1]
    kept = sum(
        ranked.labels[0] != OUT_OF_SCOPE for ranked, counts in zip(ours.rankings, inside, strict=True) if counts
    ) / sum(inside)
    return [_row(run, wanted, inside, kept, run is ours) for run in runs]


def _row(run: Run, wanted: Sequence[str], inside: Sequence[bool], kept: float, is_ours: bool) -> list[str]:
    answers = [[label for label in ranked.labels if label != OUT_OF_SCOPE] for ranked in run.rankings]
    pairs = [(label, found) for label, found, counts in zip(wanted, answers, inside, strict=True) if counts]
    top_3 = sum(label in found[:3] for label, found in pairs) / len(pairs)
    if is_ours:
        got = [ranked.labels[0] for ranked in run.rankings]
        best = default = f"{matthews_corrcoef(wanted, got):.3f}"
        threshold = 0.0
    else:
        confidences = sorted({ranked.confidence for ranked in run.rankings})
        steps = [0.0, *confidences[:: max(1, len(confidences) // 200)]]
        best = f"{max(matthews_corrcoef(wanted, _decided(run, step)) for step in steps):.3f}"
        default = f"{matthews_corrcoef(wanted, _decided(run, _DEFAULT_THRESHOLD)):.3f}" if "Rasa" in run.name else ""
        threshold = max((step for step in steps if _kept(_decided(run, step), inside) >= kept), default=0.0)
        got = _decided(run, 0.0)
    top_1 = sum(one == two for one, two, counts in zip(wanted, got, inside, strict=True) if counts) / sum(inside)
    caught = [label for label, counts in zip(_decided(run, threshold), inside, strict=True) if not counts]
    recall = sum(label == OUT_OF_SCOPE for label in caught) / len(caught)
    return [
        run.name, f"{top_1:.1%}", f"{top_3:.1%}", f"{recall:.1%}", best, default, f"{run.train_seconds:.0f}",
        f"{run.question_ms:.1f}", f"{run.memory_mb:.0f}", f"{run.model_mb:.1f}",
    ]  # fmt: skip


def _decided(run: Run, threshold: float) -> list[str]:
    return [
        ranked.labels[0] if ranked.labels and ranked.confidence >= threshold else OUT_OF_SCOPE
        for ranked in run.rankings
    ]


def _kept(got: Sequence[str], inside: Sequence[bool]) -> float:
    return sum(label != OUT_OF_SCOPE for label, counts in zip(got, inside, strict=True) if counts) / sum(inside)


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [" | ".join(_HEADS), " | ".join(["---", *["---:"] * (len(_HEADS) - 1)])]
    lines += [" | ".join(row if row is not rows[-1] else [f"**{cell}**" for cell in row]) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _write_page(rows: Sequence[Sequence[str]], examples: int, questions: Sequence[Sentence]) -> None:
    """Put the table between the page's two marks; what is written around them stays."""
    outside = sum(question.label == OUT_OF_SCOPE for question in questions)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    about = (
        f"{datetime.date.today().isoformat()}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {versions}.\n"
        f"{examples} examples; {len(questions)} questions, {outside} of them out of scope."
    )
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_BEGIN}\n{about}\n\n{_markdown(rows)}\n{_END}{after}", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main(int(sys.argv[1]))
