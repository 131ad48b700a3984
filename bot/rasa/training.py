"""Trains the model, if what it learns from has changed since the last one."""

from __future__ import annotations

from pathlib import Path

from bot.content import DATA, ROOT, place_of
from bot.content.model_files import MODELS, drop_old_models
from bot.rasa.sources import MODEL, digest_of

_NEEDED = (
    "config.yml", "domain.yml", "data/rules.yml", "data/entities.yml", "data/nlu", "data/faq", "data/danger",
    "data/conversations", "data/places.yml",
)  # fmt: skip


class TrainingFailed(Exception):
    """Training did not work; the message says why."""


def missing_files() -> list[str]:
    """Return the files that training can't do without and that aren't there."""
    return [name for name in _NEEDED if not (place_of(name) / name).exists()]


def current_model() -> Path:
    """Return where the model for the present training data is, or will be."""
    return MODELS / f"assistant-{digest_of(MODEL)[:16]}.tar.gz"


def grown_model() -> Path:
    """Return where a model is, or will be, that new example questions of the present data were added to."""
    model = current_model()
    return model.with_name(model.name.replace(".tar.gz", "-grown.tar.gz"))


def newest_model() -> Path | None:
    """Return the last model that was trained, on whatever data; None if there is none."""
    return max(MODELS.glob("assistant-*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)


def train() -> Path:
    """Train a model and return where it is. Imports Rasa, and takes some minutes.

    Raises:
        TrainingFailed: Rasa did not make a model.
    """
    from rasa.model_training import train as train_with_rasa

    from bot.rasa import fixes

    fixes.apply()
    model = current_model()
    result = train_with_rasa(
        domain=str(place_of("domain.yml") / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(DATA / "nlu"), str(DATA / "rules.yml")],  # Rasa would read all other YAML files too.
        output=str(MODELS),
        fixed_model_name=model.name,
    )
    if result.model is None or not model.exists():
        raise TrainingFailed("Rasa made no model. Run 'rasa data validate' to see what is wrong with the data.")
    drop_old_models(model)
    return model
