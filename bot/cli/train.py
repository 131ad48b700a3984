"""`python -m bot train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failed import Failed, failing_on
from bot.cli.loading import assistant_with, refuse_problems, settings, trained_model


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
    grow: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="Add new example questions to this one, and fail if it gets worse."),
    ] = None,
) -> None:
    """Train the model, if what it learns from has changed."""
    model = _grown(grow) if grow else trained_model()
    if old := grow or unless_worse_than:
        _compare(old, model, is_sample=grow is not None)
    print(f"The model is {model.name}.")
    if export:
        from bot.languages.learning import learned_file
        from bot.rasa import models

        print(f"{models.export(model, learned_file(), export)}  {export}")


def _grown(model: Path) -> Path:
    """Add the example questions that are new to a model, and return the result."""
    from bot.rasa.growing import CannotGrow, grow
    from bot.rasa.training import grown_model

    refuse_problems()
    with failing_on(CannotGrow):
        grow(model, grown_model())
    return grown_model()


def _compare(old: Path, new: Path, is_sample: bool) -> None:
    """Measure both models on the test questions, or on a sample of them, and fail if the new one is worse."""
    from bot.measured import kept, measure, questions, sample, worse

    asked, figures = sample(questions()) if is_sample else questions(), []
    for model in (old, new):
        known = kept(model, asked)
        found = known.read() or measure(assistant_with(model, settings()), asked)
        known.write(found)
        figures.append(found)
    why = worse(*figures)
    if why:
        raise Failed(why)
