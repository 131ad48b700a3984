"""`python -m bot report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.failed import Failed, failing_on
from bot.cli.loading import settings

if TYPE_CHECKING:
    from bot.reporting.showing import Contents


def report(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Over how many days.")] = 28,
    page: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Also draw it, as a page with charts.")] = None,
) -> None:
    """Show what is asked most, what fails, what is due for review, and which questions people passed on."""
    from bot.reporting import showing

    contents = _contents(days)
    print("\n".join(showing.lines(contents)))
    if page:
        page.write_text(showing.page(contents), encoding="utf-8")
        print(f"\nDrawn: {page}")


def _contents(days: int) -> Contents:
    import datetime

    from bot.checking.review import is_due
    from bot.content import DATA
    from bot.content.examples import example_questions
    from bot.content.library import library
    from bot.content.yaml_files import shown
    from bot.editing import Project
    from bot.matching.encoder_files import EncoderUnavailable
    from bot.privacy.tally import TallyUnusable, tally_of
    from bot.reporting.likeness import grouped
    from bot.reporting.showing import Contents
    from bot.reporting.summary import sum_up

    with failing_on(TallyUnusable, EncoderUnavailable):
        tally = tally_of(settings().counts.get_secret_value())
        if tally is None:
            raise Failed("Nothing is counted. Set COUNTS, for example: COUNTS=on python -m bot run")
        since = datetime.date.today() - datetime.timedelta(days=days)
        answers = library()
        due = [f"{answer.title} ({answer.id}): checked on {answer.reviewed_on}" for answer in answers if is_due(answer)]
        groups = grouped(tally.passed_on(), answers, example_questions(DATA / "nlu"))

        def title(answer_id: str) -> str:
            return answers[answer_id].title if answer_id in answers else answer_id

        def examples(answer_id: str) -> str:
            return shown(Project().examples(answer_id))

        return Contents(days, sum_up(tally.counted(since)), due, groups, title, examples)
