"""Pictures of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot


def draw_table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str, file: Path) -> None:
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


def draw_line(points: Sequence[tuple[float, float]], across: str, up: str, file: Path) -> None:
    """Draw how something goes on; up from zero, so that a small change looks small."""
    figure, axes = pyplot.subplots(figsize=(7, 3), layout="constrained")
    axes.plot(*zip(*points, strict=True), color="#1f6f8b", marker=".")
    axes.set(xlabel=across, ylabel=up, ylim=(0, None))
    axes.grid(color="#d5dadd")
    figure.savefig(file, dpi=110)
    pyplot.close(figure)
