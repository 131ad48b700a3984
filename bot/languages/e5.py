"""multilingual-e5-small (Wang et al. 2024) on ONNX Runtime: texts of some hundred languages as vectors.

The layers are the graph that tools/build_e5.py writes, 8 bits a weight. Rows of words, 4 bits each, are unpacked from
the package with the weights as they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from bot.languages.pieces import Pieces
from bot.languages.weights import WIDTH, Floats, Weights, weights_file

LAYERS = "layers"
"""Under which name the graph lies among what was learned."""


class E5:
    """Turns texts into vectors, one thread each. It takes some 120 MB, so make it only once there is a text for it.

    Args:
        layers: the graph.

    Raises:
        WeightsUnavailable: the rows of words can't be had.
    """

    def __init__(self, layers: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(layers, options, providers=["CPUExecutionProvider"])
        self._weights = Weights(weights_file())
        self._pieces = Pieces(self._weights)
        self._places = self._weights.plain("emb.pos").reshape(-1, WIDTH) + self._weights.plain("emb.type")[:WIDTH]

    def encode(self, text: str) -> Floats:
        """Return the vector of a text: shape (384,), of length 1."""
        numbers = self._pieces.of(text)
        words = self._weights.rows("emb.word", numbers) + self._places[: len(numbers)]
        (vectors,) = self._session.run(None, {"words": words[None]})
        return np.asarray(vectors[0], np.float32)

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> E5:
        """Make it of what was learned by it: the layers lie there too, so that both always belong together."""
        return cls(arrays[LAYERS].tobytes())
