"""Shows the report: as lines for a terminal, and as one page with charts that loads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from bot.privacy.tally import FEWEST, shown
from bot.reporting.likeness import Group
from bot.reporting.summary import Summary

_TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True)
class Contents:
    """All that a report shows.

    Attributes:
        days: over how many days it was counted.
        due: a line for each answer whose review is due.
        groups: questions that were passed on.
        title: returns an answer's title.
        examples: returns the file of its example questions.
    """

    days: int
    summary: Summary
    due: Sequence[str]
    groups: Sequence[Group]
    title: Callable[[str], str]
    examples: Callable[[str], str]

    def named(self, answer_id: str) -> str:
        """Return an answer's title with its id behind it."""
        return f"{self.title(answer_id)} ({answer_id})"


def lines(contents: Contents) -> Iterator[str]:
    """Yield the lines of the report."""
    summary = contents.summary
    yield f"The last {contents.days} days: {shown(summary.replies)} replies. Fewer than {FEWEST} is never said exactly."
    named = contents.named
    yield from _part("Asked most", [f"{shown(times):>6}  {named(answer)}" for answer, times in summary.asked])
    yield from _part("Asked back, or not known", [f"{shown(times):>6}  {what}" for what, times in summary.failed])
    rated = [f"{shown(times):>6}  of {shown(all_)}: {named(answer)}" for answer, times, all_ in summary.not_helpful]
    yield from _part("Didn't help", rated)
    yield from _part("Review due", contents.due)
    yield from ("", f"Passed on: {sum(len(group.questions) for group in contents.groups)} questions")
    for group in contents.groups:
        yield f"  Near {named(group.nearest)}, likeness {group.likeness:.2f}. For an example of your own words:"
        yield f"  {contents.examples(group.nearest)}"
        yield from (f"    week of {one.week}  {one.text}" for one in group.questions)


def _part(heading: str, rows: Sequence[str]) -> Iterator[str]:
    yield from ("", heading, *(f"  {row}" for row in rows or ["Nothing yet."]))


def page(contents: Contents) -> str:
    """Return the report as HTML."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(c=contents, s=contents.summary, shown=shown, bar=_bar, fewest=FEWEST)


def _bar(times: int, most: int) -> int:
    """Return how long a bar is, in per cent; all small counts have the same."""
    return round(100 * max(times, FEWEST) / max(most, FEWEST))
