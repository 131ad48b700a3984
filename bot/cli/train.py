"""`python -m bot train`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.loading import trained_model


def train(
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Copy the model to this file, and print its SHA-256.", show_default=False),
    ] = None,
) -> None:
    """Train the model, if what it learns from has changed."""
    model = trained_model()
    print(f"The model is {model.name}.")
    if export:
        from bot.rasa.models import sha256_of

        shutil.copyfile(model, export)
        print(f"{sha256_of(export)}  {export}")
