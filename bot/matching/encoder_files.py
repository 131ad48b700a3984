"""Where the sentence encoder's files are, which tools/build_encoder.py makes once from the published weights."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ENCODER_FILE = "encoder.onnx"
FULL_PRECISION_FILE = "encoder.fp32.onnx"
TOKENIZER_FILE = "tokenizer.json"
MAX_TOKENS = 128
"""Longer texts are cut: the encoder was trained on at most 128 word pieces."""
ROOT = Path(__file__).resolve().parents[2]
BUILDER, TUNING_FILE = ROOT / "tools" / "build_encoder.py", ROOT / "tools" / "encoder_tuning.npz"
"""What builds the encoder, and the changes to the published weights that tools/tune_encoder.py has learned."""
ENCODER_CACHE = ROOT / ".cache" / "encoder"


class EncoderUnavailable(Exception):
    """The encoder can't be built; the message says what to do."""


def encoder_folder(cache: Path = ENCODER_CACHE) -> Path:
    """Return the folder with the encoder's files below `cache`, building them if they aren't there yet.

    The folder is named for the builder's code and the tuning, so that a change to either builds them again. Building
    takes some five seconds. It has a process of its own, since it loads libraries that nothing else needs.

    Raises:
        EncoderUnavailable: the builder is missing or has failed.
    """
    for path in (BUILDER, TUNING_FILE):
        if not path.exists():
            raise EncoderUnavailable(f"{path} is missing, which builds the encoder. Run this from a whole checkout.")
    made_of = BUILDER.read_bytes() + TUNING_FILE.read_bytes() + bytes([MAX_TOKENS])
    folder = cache / hashlib.sha256(made_of).hexdigest()[:12]
    if not all((folder / name).exists() for name in (ENCODER_FILE, FULL_PRECISION_FILE, TOKENIZER_FILE)):
        command = [sys.executable, "-m", "tools.build_encoder", str(folder.resolve())]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
        if done.returncode:
            raise EncoderUnavailable(done.stderr.strip())
    return folder


def common_words(folder: Path, most: int = 12_000) -> list[str]:
    """Return the commonest words that the encoder in `folder` knows whole; its vocabulary lists common ones first."""
    tokenizer = json.loads((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    return [word for word, rank in vocabulary.items() if rank < most and word.isalpha() and word.isascii()]
