"""Where models are kept, and how many."""

from __future__ import annotations

from pathlib import Path

from bot.content import ROOT

MODELS = ROOT / "models"
_KEPT = 2
"""How many models of a kind stay on disk: this one and the one before, which may be that of other content."""


def drop_old_models(newest: Path) -> None:
    """Drop the models of a new one's kind (what its name begins with), but for it and the last one before."""
    kind = newest.name.partition("-")[0]
    others = sorted(newest.parent.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in [path for path in others if path != newest][_KEPT - 1 :]:
        old.unlink()
