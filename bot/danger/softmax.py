"""Multinomial logistic regression over dense and sparse features, stopped early. Knows nothing of danger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.danger.features import Floats, Rows

_MEMORY = 8
"""How many steps L-BFGS looks back."""


@dataclass(frozen=True)
class Recipe:
    """How far a model follows its messages.

    Attributes:
        penalty: on the squares of all weights but the constants.
        steps: of L-BFGS from zero. It hasn't converged then: the steps belong to the recipe.
    """

    penalty: float
    steps: int


def learn(rows: Rows, classes: npt.NDArray[np.intp], weights: Floats, recipe: Recipe) -> Floats:
    """Learn to tell classes apart.

    Args:
        rows: the messages' features.
        classes: the class of each message, from 0 up, shape (n,).
        weights: how much each message counts, shape (n,).
        recipe: how far to go.

    Returns:
        What each feature adds to each class' score, shape (features, classes).
    """
    count = int(classes.max()) + 1
    wanted = np.eye(count, dtype=np.float32)[classes]
    share = (weights / weights.sum()).astype(np.float32)[:, None]
    dense, sparse, turned = rows.dense, rows.sparse, rows.sparse.T.tocsr()
    width = dense.shape[1]
    penalised = np.ones((width + sparse.shape[1], 1), np.float32)
    penalised[width - 1] = 0  # The column of ones.

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[Any]]:
        learned = flat.reshape(-1, count).astype(np.float32)
        scores = dense @ learned[:width] + sparse @ learned[width:]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        error = share * (shares / sums - wanted)
        slopes = np.vstack([dense.T @ error, turned @ error]) + recipe.penalty * penalised * learned
        missed = -float((share * wanted * (scores - np.log(sums))).sum())
        size = float((penalised * learned**2).sum())
        return missed + recipe.penalty / 2 * size, slopes.ravel().astype(np.float64)

    options = {"maxcor": _MEMORY, "maxiter": recipe.steps, "ftol": 0.0, "gtol": 0.0}
    found = minimize(loss, np.zeros(len(penalised) * count), jac=True, method="L-BFGS-B", options=options)
    learned: Floats = found.x.reshape(-1, count).astype(np.float32)
    return learned
