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
    """

    days: int
    summary: Summary
    due: Sequence[str]
    groups: Sequence[Group]
    title: Callable[[str], str]


def lines(contents: Contents) -> Iterator[str]:
    """Yield the lines of the report."""
    summary = contents.summary
    yield f"The last {contents.days} days: {shown(summary.replies)} replies. Fewer than {FEWEST} is never said exactly."
    yield from ("", "Asked most")
    yield from (f"  {shown(times):>6}  {contents.title(answer)} ({answer})" for answer, times in summary.asked)
    yield from ("", "Asked back, or not known")
    yield from (f"  {shown(times):>6}  {what}" for what, times in summary.failed)
    yield from ("", "Didn't help")
    for answer, times, rated in summary.not_helpful:
        yield f"  {shown(times):>6}  of {shown(rated)}: {contents.title(answer)} ({answer})"
    yield from ("", "Review due")
    yield from (f"  {line}" for line in contents.due)
    yield from ("", f"Passed on: {sum(len(group.questions) for group in contents.groups)} questions")
    for group in contents.groups:
        yield f"  Near {contents.title(group.nearest)} ({group.nearest}, likeness {group.likeness:.2f})"
        yield from (f"    week of {one.week}  {one.text}" for one in group.questions)


def page(contents: Contents) -> str:
    """Return the report as HTML."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(c=contents, s=contents.summary, shown=shown, bar=_bar, fewest=FEWEST)


def _bar(times: int, most: int) -> int:
    """Return how long a bar is, in per cent; all small counts have the same."""
    return round(100 * max(times, FEWEST) / max(most, FEWEST))
