"""How much danger the classifier finds at how many false alarms on real chat: a table and docs/danger-curve.png."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from benchmarks import ROOT
from bot.danger.classifier import DangerClassifier
from bot.matching.encoder import Encoder
from bot.matching.encoder_files import ENCODER_FILE
from bot.matching.reading import Reader
from bot.matching.spelling import Spelling

mpl.use("Agg")
from matplotlib import pyplot

PICTURE = ROOT / "docs" / "danger-curve.png"
RATES = (0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03)
"""Shares of ordinary chat that the classifier alone would take for danger."""

Margins = npt.NDArray[np.float64]


def margins_of(model: Path, texts: Mapping[str, Sequence[str]]) -> dict[str, Margins]:
    """Return the classifier's margins of each group of messages, with the model's own encoder and words."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
        archive.extractall(folder)  # noqa: S202  Our own model.
        encoder = next(Path(folder).rglob(ENCODER_FILE)).parent
        classifier = DangerClassifier.load(next(Path(folder).rglob("danger.npz")).parent)
        reader = Reader(Encoder(encoder), Spelling.load(encoder))
        return {name: np.array([_margin(classifier, reader, text) for text in group]) for name, group in texts.items()}


def _margin(classifier: DangerClassifier, reader: Reader, text: str) -> float:
    reading = reader.read(text, [])
    return classifier.sense([(part.typed, part.vectors) for part in (reading.whole, *reading.pieces)]).margin


def print_curve(margins: Mapping[str, Margins], chat: str) -> None:
    """Print which share of each group is found at each rate of false alarms, and draw it."""
    print(f"\n{'of chat':9}" + "".join(f"{name:>22}" for name in margins if name != chat))
    found: dict[str, list[float]] = {name: [] for name in margins if name != chat}
    for rate in RATES:
        threshold = np.quantile(margins[chat], 1 - rate)
        for name in found:
            found[name].append(float((margins[name] >= threshold).mean()))
        print(f"{rate:7.1%}  " + "".join(f"{shares[-1]:22.1%}" for shares in found.values()))
    _draw(found)


def _draw(found: Mapping[str, Sequence[float]]) -> None:
    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for name, shares in found.items():
        axes.plot(RATES, shares, marker="o", linewidth=1.5, label=name)
    axes.set_xscale("log")
    axes.set_xticks(RATES, [f"{rate:.1%}" for rate in RATES])
    axes.minorticks_off()
    axes.set(
        ylim=(0, 1), xlabel="share of ordinary chat taken for danger by the classifier alone", ylabel="share found"
    )
    axes.legend(fontsize=8)
    figure.savefig(PICTURE, dpi=110)
    pyplot.close(figure)
