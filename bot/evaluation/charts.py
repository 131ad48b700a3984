"""Pictures of figures: how far confidence can be believed, and the table of the benchmark."""

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


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str, file: Path) -> None:
    """Draw a table; its last row, ours, is set off."""
    figure, axes = pyplot.subplots(figsize=(2 + 1.25 * len(heads), 0.9 + 0.42 * len(rows)), layout="constrained")
    axes.axis("off")
    axes.set_title(title, fontsize=11)
    drawn = axes.table(cellText=[list(row) for row in rows], colLabels=list(heads), loc="center", cellLoc="right")
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(9)
    drawn.scale(1, 1.7)
    drawn.auto_set_column_width(list(range(len(heads))))
    for (row, column), cell in drawn.get_celld().items():
        cell.set_edgecolor("#d5dadd")
        cell.set_text_props(weight="bold" if row in (0, len(rows)) else "normal", ha="left" if column == 0 else "right")
        if row == len(rows):
            cell.set_facecolor("#e6f0f4")
    figure.savefig(file, dpi=110)
    pyplot.close(figure)
