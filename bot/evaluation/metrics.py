"""Figures about how well questions were matched. Plain functions over what was wanted and what was got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself, 0 of nothing being 0."""
        return self.hits / self.of if self.of else 0.0

    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval, after Wilson (1927)."""
        if not self.of:
            return 0.0, 1.0
        interval = binomtest(self.hits, self.of).proportion_ci(method="wilson")
        return float(interval.low), float(interval.high)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{self.value:6.1%}  [{low:.1%}, {high:.1%}]  {self.hits} of {self.of}"


def share(found: list[bool]) -> Share:
    """Return how many are true."""
    return Share(sum(found), len(found))


@dataclass(frozen=True)
class Bin:
    """Decisions of about the same confidence: how many, how sure on average, and which share of them was right."""

    count: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Return decisions in bins of confidence of equal width, without those that are empty (Guo et al. 2017)."""
    pairs = list(zip(confidences, right, strict=True))
    found = []
    for number in range(bins):
        inside = [(c, r) for c, r in pairs if min(int(c * bins), bins - 1) == number]
        if inside:
            count = len(inside)
            found.append(Bin(count, sum(c for c, _ in inside) / count, sum(r for _, r in inside) / count))
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence is from the share that is right, by count."""
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / max(1, sum(b.count for b in bins))
