"""`python -m bot train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failed import Failed
from bot.cli.loading import assistant_with, settings, trained_model


def train(
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the model to this file, and print its SHA-256.",
            show_default=False,
        ),
    ] = None,
    unless_worse_than: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="Fail if the new model answers test questions worse than this one."),
    ] = None,
) -> None:
    """Train the model, if what it learns from has changed."""
    model = trained_model()
    if unless_worse_than:
        _compare(unless_worse_than, model)
    print(f"The model is {model.name}.")
    if export:
        from bot.languages.learning import learned_file
        from bot.rasa import models

        print(f"{models.export(model, learned_file(), export)}  {export}")


def _compare(old: Path, new: Path) -> None:
    """Measure both models on the test questions, and fail if the new one is worse."""
    from bot.measured import kept, measure, questions, worse

    asked, figures = questions(), []
    for model in (old, new):
        known = kept(model, asked)
        found = known.read() or measure(assistant_with(model, settings()), asked)
        known.write(found)
        figures.append(found)
    why = worse(*figures)
    if why:
        raise Failed(why)
