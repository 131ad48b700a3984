"""Turns a text into a vector with the ONNX sentence encoder. Knows nothing of Rasa."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.matching.encoder_files import ENCODER_FILE, MAX_TOKENS, TOKENIZER_FILE

Vectors = npt.NDArray[np.float32]
LAST_LAYER = 384
"""How long the vector of the last layer is, which comes first."""
MIDDLE_LAYER_SHARE = 0.25
"""How much the cosine of the middle layer counts of that of both: docs/matching.md."""
SCALES = np.repeat(np.sqrt([1 - MIDDLE_LAYER_SHARE, MIDDLE_LAYER_SHARE]), LAST_LAYER).astype(np.float32)
"""What makes vectors by which texts are alike in meaning of both layers' vectors."""


class Encoder:
    """all-MiniLM-L6-v2 on ONNX Runtime, one thread (two are slower for short texts)."""

    def __init__(self, folder: Path, model_file: str = ENCODER_FILE) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / model_file), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, text: str) -> Vectors:
        """Return the vectors of one text, of the last and of the middle layer: shape (768,), each half of length 1."""
        tokens = self._tokenizer.encode(text)
        ids = np.array([tokens.ids], dtype=np.int32)
        (vectors,) = self._session.run(None, {"ids": ids})
        return np.asarray(vectors[0], dtype=np.float32)

    def encode_all(self, texts: Iterable[str]) -> Vectors:
        """Return one row a text: shape (n, 768).

        Not as a batch: the quantised encoder scales its activations by batch, so a batch would give other vectors while
        training than single messages get while serving. But side by side, as many as there are processors.
        """
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.array(list(pool.map(self.encode, texts)), dtype=np.float32)


def meaning(vectors: Vectors) -> Vectors:
    """Return vectors by which texts are alike in meaning: both layers', each by its share, of length 1, (…, 768)."""
    return vectors * SCALES
