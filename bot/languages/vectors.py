"""Vectors to learn by: the layers of e5 are built once, and what was encoded before is kept, as digests and vectors."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from typing import cast

import numpy as np

from bot.content import ROOT
from bot.languages.e5 import E5
from bot.languages.weights import Floats, WeightsUnavailable
from bot.matching.encoder import Encoder
from bot.matching.known_vectors import KnownVectors

BUILDER = ROOT / "tools" / "build_e5.py"
CACHE = ROOT / ".cache" / "e5"
_LAYERS_FILE = "layers.onnx"
_READ_TOO = ("weights.py", "pieces.py", "e5.py")


def layers_and_vectors(texts: Sequence[str]) -> tuple[bytes, Floats]:
    """Return the layers of e5, and one row a text, (n, 384).

    Raises:
        WeightsUnavailable: they can't be built.
    """
    digest = hashlib.sha256(BUILDER.read_bytes())
    for name in _READ_TOO:
        digest.update((ROOT / "bot" / "languages" / name).read_bytes())
    folder = CACHE / digest.hexdigest()[:12]
    file = folder / _LAYERS_FILE
    if not file.exists():  # In a process of its own, since it loads libraries that nothing else needs.
        command = [sys.executable, "-m", "tools.build_e5", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
        if done.returncode:
            raise WeightsUnavailable(done.stderr.strip())
    layers = file.read_bytes()
    known = KnownVectors(cast(Encoder, E5(layers)), folder)  # It is asked for vectors, no more.
    vectors = np.asarray(known.encode_all(texts), np.float32)
    known.save()
    return layers, vectors
