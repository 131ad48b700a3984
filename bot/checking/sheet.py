"""For reviewers: what is due, and a sheet of an answer with its words, its claims and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.checking.claims import Claims
from bot.checking.review import State, state_of
from bot.content.answers import FOLLOW_UPS, MORE, Answer, Source


def due(answers: Iterable[Answer]) -> Iterator[str]:
    """Yield a line for each answer whose review is due, or that was never reviewed, the oldest first; and the count."""
    answers = sorted(answers, key=lambda answer: (answer.reviewed_on, answer.id))
    waiting = [(answer, state) for answer in answers if (state := state_of(answer)) is not State.FINE]
    for answer, state in sorted(waiting, key=lambda one: one[1] is State.NEVER):
        yield f"{answer.id}: {state.value} (checked on {answer.reviewed_on} by: {answer.reviewed_by})"
    yield f"{len(waiting)} of {len(answers)} answers wait for a review. For a sheet: python -m bot review GROUP/NAME"


def sheet(answer: Answer, drugs: list[str]) -> Iterator[str]:
    """Yield the lines of an answer's sheet, as Markdown.

    Args:
        answer: the answer.
        drugs: the names of drugs, by which claims about them are found.
    """
    claims = Claims(drugs)
    yield f"# {answer.title} (`{answer.id}`)"
    yield f"Checked on {answer.reviewed_on} by: {answer.reviewed_by}"
    for part in (None, *answer.sections, MORE):
        text = answer.part(part)
        if text:
            yield f"\n## {part or 'The answer'}\n\n{text}\n"
            yield from _to_check(claims, text, answer.sources_of(part))
    for one in answer.follow_ups:
        yield f"\n## {one.question}\n\n{one.text}\n"
        yield from _to_check(claims, one.text, answer.sources_of(FOLLOW_UPS))
    if answer.urgent_note:
        yield f"\n## If it is happening now\n\n{answer.urgent_note}\n"
    yield "\n## To end with\n"
    yield "- [ ] Is anything missing that someone needs to stay safe?"
    yield "- [ ] Could any of it shame, scare or harm someone?"
    yield f"\nAll right? Record it: python -m bot review {answer.id} --by YOUR-ROLE"


def _to_check(claims: Claims, text: str, sources: Iterable[Source]) -> Iterator[str]:
    yield from (f"- [ ] Is it true? “{claim}”" for claim in dict.fromkeys(_claims(claims, text)))
    yield from (f"- [ ] Does it say so? {one.title}: <{one.url}>" for one in sources)


def _claims(claims: Claims, text: str) -> Iterator[str]:
    """Yield the sentences that hold a figure, a finding, or what a drug does."""
    for line in text.split("\n"):
        for sentence in line.replace("? ", "?\n").replace("! ", "!\n").replace(". ", ".\n").split("\n"):
            if any(claims.figures(sentence)) or any(claims.findings(sentence)):
                yield sentence.strip().removeprefix("- ")
