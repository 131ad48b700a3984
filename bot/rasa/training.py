"""Trains the model, if what it learns from has changed since the last one."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

from bot.content import ROOT
from bot.content.yaml_files import Problem

MODELS = ROOT / "models"
_LEARNT_FROM = (
    "config.yml",
    "domain.yml",
    "data/rules.yml",
    "data/entities.yml",
    "data/nlu/**/*.yml",
    "data/danger/*.yml",
    "bot/matching/*.py",
    "bot/danger/*.py",
    "bot/rasa/**/*.py",
)
_NEEDED = ("config.yml", "domain.yml", "data/rules.yml", "data/entities.yml", "data/nlu", "data/faq")
_LIBRARIES = ("rasa", "scikit-learn", "spacy", "onnxruntime", "tokenizers", "rapidfuzz", "fasttext-predict")
_DANGER_DEPENDS_ON = ("data/danger/*.yml", "data/schemas/danger.json", "data/nlu/*.yml", "bot/danger/rules.py")
_DANGER_CHECKED = ROOT / ".cache" / "danger-checked"
"""Says for which state of these files the rules were found in order: looking takes six seconds."""
_KEPT = 2
"""How many models stay on disk: this one and the one before."""


class TrainingFailed(Exception):
    """Training did not work; the message says why."""


def missing_files() -> list[str]:
    """Return the files that training can't do without and that aren't there."""
    return [name for name in _NEEDED if not (ROOT / name).exists()]


def current_model() -> Path:
    """Return where the model for the present training data is, or will be."""
    digest = _digest_of(_LEARNT_FROM)
    for library in _LIBRARIES:
        digest.update(f"{library}=={importlib.metadata.version(library)}\0".encode())
    return MODELS / f"assistant-{digest.hexdigest()[:16]}.tar.gz"


def train() -> Path:
    """Train a model and return where it is. Imports Rasa, and takes a minute or two.

    Raises:
        TrainingFailed: Rasa did not make a model.
    """
    from rasa.model_training import train as train_with_rasa

    from bot.rasa import fixes

    fixes.apply()
    model = current_model()
    result = train_with_rasa(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=str(ROOT / "data"),
        output=str(MODELS),
        fixed_model_name=model.name,
    )
    if result.model is None or not model.exists():
        raise TrainingFailed("Rasa made no model. Run 'rasa data validate' to see what is wrong with the data.")
    _drop_old_models(model)
    return model


def danger_problems() -> list[Problem]:
    """Hold the rules for danger to their messages and near misses; again only if something of theirs has changed."""
    digest = _digest_of(_DANGER_DEPENDS_ON).hexdigest()
    if _DANGER_CHECKED.exists() and _DANGER_CHECKED.read_text(encoding="utf-8") == digest:
        return []
    from bot.danger.rules import problems

    found = problems()
    if not found:
        _DANGER_CHECKED.parent.mkdir(exist_ok=True)
        _DANGER_CHECKED.write_text(digest, encoding="utf-8")
    return found


def _digest_of(patterns: Sequence[str]) -> hashlib._Hash:
    digest = hashlib.sha256()
    for path in (path for pattern in patterns for path in sorted(ROOT.glob(pattern))):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest


def _drop_old_models(newest: Path) -> None:
    others = sorted(MODELS.glob("assistant-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [path for path in others if path != newest][_KEPT - 1 :]:
        old.unlink()
