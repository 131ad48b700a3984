"""A picture of how far confidence can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from bot.evaluation.metrics import Bin, calibration_error

mpl.use("Agg")
from matplotlib import pyplot

_BLUE, _GREY = "#1f5c7a", "#9aa5ab"


def reliability_diagram(bins: Sequence[Bin], file: Path) -> None:
    """Draw the share of right decisions over confidence; on the diagonal, confidence is what it says."""
    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1)
    axes.plot([b.confidence for b in bins], [b.right for b in bins], color=_BLUE, linewidth=1)
    sizes = [20 + 8 * b.count**0.5 for b in bins]
    axes.scatter([b.confidence for b in bins], [b.right for b in bins], s=sizes, color=_BLUE)
    for b in bins:
        axes.annotate(str(b.count), (b.confidence, b.right), textcoords="offset points", xytext=(0, -22), ha="center")
    axes.set(xlim=(-0.03, 1.06), ylim=(0, 1.06), xlabel="confidence", ylabel="share of decisions that are right")
    axes.set_title(
        f"Expected calibration error {calibration_error(bins):.3f} (with the number of questions)", fontsize=10
    )
    figure.savefig(file, dpi=110)
    pyplot.close(figure)
