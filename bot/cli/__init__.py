"""The verbs of `python -m bot`, one file each. What can go wrong ends as a sentence and an exit code.

A verb imports what it needs when it runs, so that `--help` and `check` start at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import (
    add_danger,
    ask,
    chat,
    check,
    evaluate,
    import_table,
    new,
    preview,
    rename,
    report,
    retire,
    review,
    run,
    train,
)
from bot.cli.failed import Failed
from bot.content.own import NoContent, lay_over
from bot.privacy.logs import withhold_words
from bot.rasa.unused_libraries import leave_out_unused_libraries


class _Verbs(TyperGroup):
    """Names an EOFError that nobody foresaw like any such error: typer would print "Aborted!" (typer/core.py _main)."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except EOFError as error:
            sys.excepthook(type(error), error, error.__traceback__)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Verbs,
    help="The harm reduction assistant.",
    subcommand_metavar="VERB ...",
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _verb, _example in (
    (run.run, "PORT=5599 python -m bot run"),
    (train.train, "python -m bot train"),
    (chat.chat, "python -m bot chat"),
    (check.check, "python -m bot check"),
    (preview.preview, "python -m bot preview"),
    (new.new, "python -m bot new safety/storing_safely"),
    (rename.rename, "python -m bot rename faq/crime faq/neighbourhood"),
    (retire.retire, "python -m bot retire faq/crime --into faq/effective"),
    (review.review, "python -m bot review faq/crime"),
    (import_table.import_table, "python -m bot import our-faq.xlsx --group faq"),
    (ask.ask, 'python -m bot ask "is drug checking legal?"'),
    (report.report, "COUNTS=on python -m bot report --page report.html"),
    (evaluate.evaluate, "python -m bot evaluate tests/questions"),
    (add_danger.add_danger, 'python -m bot add-danger "he fell and wont get up"'),
):
    app.command(_verb.__name__.partition("_table")[0].replace("_", "-"), epilog=f"Example: {_example}")(_verb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a verb and exit: with 0 if all is well, 1 if it failed, 2 if it was called wrongly, 130 after Ctrl+C."""
    withhold_words()
    leave_out_unused_libraries()
    try:
        lay_over()  # What is wrong with it is for the check, and for whoever serves it.
        # Not `app()`: that replaces sys.excepthook, and the new one prints what an exception says (typer/main.py).
        get_command(app)(arguments, prog_name="python -m bot")
    except (Failed, NoContent) as failure:
        sys.exit(str(failure))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.")
