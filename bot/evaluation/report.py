"""Measures the running assistant on labelled questions, and prints the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rasa.core.agent import Agent

from bot.content.answers import OUT_OF_SCOPE
from bot.evaluation.labelled import Labelled
from bot.evaluation.metrics import Share, share
from bot.terminal import Asked, ask

_TOP = 3
_MOST_CONFUSIONS = 15


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
        ids = dict.fromkeys([self.got.answer_id, *(entry["id"] for entry in self.got.alternatives)])
        if self.got.decision == "fallback":
            del ids[OUT_OF_SCOPE]
        return self.question.wanted.answer_id in list(ids)[:_TOP]


async def evaluate(agent: Agent, questions: Sequence[Labelled]) -> list[Result]:
    """Ask all questions, each in a conversation of its own."""
    return [Result(question, await ask(agent, question.text)) for question in questions]


def figures(results: Sequence[Result]) -> dict[str, Share]:
    """Return the figures by name."""
    inside = [result for result in results if result.in_scope]
    outside = [result for result in results if not result.in_scope]
    asked_back = [result for result in inside if result.got.decision == "clarify"]
    sections = [result for result in inside if result.question.wanted.part]
    return {
        "top-1": share([result.right for result in inside]),
        "top-3": share([result.in_top for result in inside]),
        "section right, where one is asked for": share(
            [result.right and result.got.section == result.question.wanted.part for result in sections]
        ),
        "in scope, wrongly sent to fallback": share([result.got.decision == "fallback" for result in inside]),
        "in scope, asked back (clarify)": share([result.got.decision == "clarify" for result in inside]),
        "of these, the right one among the titles": share([result.in_top for result in asked_back]),
        "out of scope, fallback (recall)": share([result.got.decision == "fallback" for result in outside]),
        "out of scope, given a confident answer": share(
            [result.got.decision in ("answer", "urgent") for result in outside]
        ),
        "not urgent, taken for urgent": share(
            [
                result.got.decision == "urgent"
                for result in results
                if not result.question.wanted.answer_id.startswith("urgent/")
            ]
        ),
        "urgent, taken for urgent (recall)": share(
            [
                result.got.decision == "urgent"
                for result in inside
                if result.question.wanted.answer_id.startswith("urgent/")
            ]
        ),
    }


def confusions(results: Sequence[Result]) -> Iterator[tuple[str, str, int, str]]:
    """Yield the commonest mistakes: wanted, got, how often, an example."""
    wrong = [result for result in results if not result.right]
    pairs = Counter((result.question.wanted.answer_id, result.got.answer_id) for result in wrong)
    for (wanted, got), times in pairs.most_common(_MOST_CONFUSIONS):
        example = next(r for r in wrong if (r.question.wanted.answer_id, r.got.answer_id) == (wanted, got))
        yield wanted, got, times, example.question.text


def print_report(results: Sequence[Result]) -> None:
    """Print the figures with 95 % intervals, by file, and the worst confusions."""
    print(f"{len(results)} questions\n")
    for name, value in figures(results).items():
        if value.of:
            print(f"{name:42}{value}")
    print("\ntop-1 by file")
    for file in dict.fromkeys(result.question.file for result in results):
        print(f"  {file:40}{share([r.right for r in results if r.question.file == file])}")
    print("\nworst confusions")
    for wanted, got, times, example in confusions(results):
        print(f"  {times:3}  {wanted} -> {got}   e.g. {example!r}")
