"""Measures the running assistant on labelled questions, and prints the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.content.answers import OUT_OF_SCOPE, Address
from bot.content.library import library
from bot.conversation.assistant import Assistant
from bot.conversation.explain import Asked, ask_each
from bot.evaluation.figures import CONFIDENT, TOP, URGENT, Outcome, figures_of, print_figures
from bot.evaluation.labelled import Labelled
from bot.evaluation.metrics import Bin, Share, reliability, share
from bot.evaluation.noise import in_lower_case, with_typos

_MOST_CONFUSIONS = 15
_GIBBERISH = "gibberish"
"""The file of questions that are no words."""


@dataclass(frozen=True)
class Result:
    """A question, what it should get, and what it got."""

    question: Labelled
    got: Asked

    @property
    def in_scope(self) -> bool:
        """Whether there is an answer to the question."""
        return self.question.wanted.answer_id != OUT_OF_SCOPE

    @property
    def right(self) -> bool:
        """Whether the answer, or the first title of a clarifying question, is the one wanted."""
        return self.got.answer_id == self.question.wanted.answer_id

    @property
    def in_top(self) -> bool:
        """Whether the answer is among the three likeliest."""
        ids = dict.fromkeys([self.got.answer_id, *(one.answer_id for one in self.got.alternatives)])
        if self.got.decision == "fallback":
            del ids[OUT_OF_SCOPE]
        return self.question.wanted.answer_id in list(ids)[:TOP]

    @property
    def outcome(self) -> Outcome:
        """What became of the question, without its words."""
        wanted = self.question.wanted
        section_right = self.right and self.got.section == _shown(wanted) if wanted.part else None
        return Outcome(self.in_scope, self.right, self.in_top, self.got.decision, self.got.confidence, section_right)


async def evaluate(
    assistant: Assistant, questions: Sequence[Labelled], typed: Callable[[str], str] = str
) -> list[Result]:
    """Ask all questions, each in a conversation of its own; `typed` changes how they are typed."""
    questions = [replace(question, text=typed(question.text)) for question in questions]
    asked = await ask_each(assistant, [question.text for question in questions])
    return [Result(question, got) for question, got in zip(questions, asked, strict=True)]


def figures(results: Sequence[Result]) -> dict[str, Share]:
    """Return the figures by name."""
    outside = [result for result in results if not result.in_scope]
    boundary = [result for result in results if _group(result.question.wanted.answer_id) == "boundary"]
    wanted_urgent = [_group(result.question.wanted.answer_id) == URGENT for result in results]
    taken_for_urgent = [result.got.decision == URGENT for result in results]
    return {
        **figures_of([result.outcome for result in results]),
        "far off, given a confident answer": share(
            [result.got.decision in CONFIDENT for result in outside if result.question.file != _GIBBERISH]
        ),
        "gibberish, given a confident answer": share(
            [result.got.decision in CONFIDENT for result in outside if result.question.file == _GIBBERISH]
        ),
        "out of bounds, given a confident answer": share(
            [
                result.got.decision in CONFIDENT and _group(result.got.answer_id) not in ("boundary", URGENT)
                for result in boundary
            ]
        ),
        "not urgent, taken for urgent": share(
            [taken for taken, wanted in zip(taken_for_urgent, wanted_urgent, strict=True) if not wanted]
        ),
        "urgent, taken for urgent (recall)": share(
            [taken for taken, wanted in zip(taken_for_urgent, wanted_urgent, strict=True) if wanted]
        ),
    }


def reliability_of(results: Sequence[Result]) -> list[Bin]:
    """Return how often decisions are right, by how sure they are."""
    return reliability([result.got.confidence for result in results], [result.right for result in results])


async def print_robustness(assistant: Assistant, questions: Sequence[Labelled]) -> None:
    """Ask the same questions typed worse, and print how many are still right."""
    print("\ntyped worse")
    for name, typed in {"one typo per eight letters": with_typos, "lower case, no punctuation": in_lower_case}.items():
        print(f"  {'top-1, ' + name:40}{figures(await evaluate(assistant, questions, typed))['top-1']}")


def confusions(results: Sequence[Result]) -> Iterator[tuple[str, str, int, str]]:
    """Yield the commonest mistakes: wanted, got, how often, an example."""
    wrong = [result for result in results if not result.right]
    pairs = Counter((result.question.wanted.answer_id, result.got.answer_id) for result in wrong)
    for (wanted, got), times in pairs.most_common(_MOST_CONFUSIONS):
        example = next(r for r in wrong if (r.question.wanted.answer_id, r.got.answer_id) == (wanted, got))
        # Whoever reads what was missed of the blind ones can't but write examples for it, and they are blind no more.
        yield wanted, got, times, "a blind one" if example.question.is_blind else example.question.text


def print_report(results: Sequence[Result]) -> None:
    """Print the figures with 95 % intervals, by file or folder of files, and the worst confusions."""
    print(f"{len(results)} questions\n")
    print_figures(figures(results), reliability_of(results))
    print("\ntop-1 by file, or folder of files")
    for name, right in top_1_by_folder(results).items():
        print(f"  {name:40}{right}")
    print("\nworst confusions")
    for wanted, got, times, example in confusions(results):
        print(f"  {times:3}  {wanted} -> {got}   e.g. {example!r}")


def top_1_by_folder(results: Sequence[Result]) -> dict[str, Share]:
    """Return how many are right in each file of questions, or folder of files."""
    right: dict[str, list[bool]] = {}
    for result in results:
        right.setdefault(result.question.file.partition("/")[0], []).append(result.right)
    return {name: share(found) for name, found in right.items()}


def _shown(wanted: Address) -> str | None:
    """Return the part that a question for `wanted` is shown, if the answer hasn't got that part."""
    return library().nearest(wanted).part if wanted.answer_id in library() else wanted.part


def _group(answer_id: str) -> str:
    return answer_id.partition("/")[0]
