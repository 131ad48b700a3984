"""`python -m bot train`."""

from __future__ import annotations

from bot.cli.loading import trained_model


def train() -> None:
    """Train the model, if what it learns from has changed."""
    print(f"The model is {trained_model().name}.")
