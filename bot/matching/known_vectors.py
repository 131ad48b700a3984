"""Vectors of texts that were encoded before: each training encodes nearly the same texts, and that takes most of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bot.matching.encoder import Encoder, Vectors
from bot.matching.encoder_files import encoder_folder

MOST = 300_000
"""How many vectors are kept at most, 3 kB each; then it starts over."""
_KEY_BYTES = 16


@contextmanager
def known_vectors() -> Iterator[KnownVectors]:
    """Yield those of the encoder that models are trained with, building it if need be; keep what was added."""
    folder = encoder_folder()
    known = KnownVectors(Encoder(folder), folder)
    yield known
    known.save()


class KnownVectors:
    """Encodes for training, and keeps what it has encoded in a folder beside the encoder's files.

    No text is kept, only its digest. Serving never uses this: what people write is encoded and dropped.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._keys, self._vectors = folder / "known_keys.npy", folder / "known_vectors.npy"
        self._rows: dict[bytes, int] = {}
        self._known: Vectors | None = None
        self._new: dict[bytes, Vectors] = {}
        if self._keys.exists() and self._vectors.exists():
            keys = np.load(self._keys)
            self._rows = {key.tobytes(): row for row, key in enumerate(keys)}
            self._known = np.load(self._vectors, mmap_mode="r")

    def encode(self, text: str) -> Vectors:
        """Return the vectors of one text, as the encoder does: shape (768,)."""
        key = hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
        row = self._rows.get(key)
        if row is not None and self._known is not None:
            return np.array(self._known[row])
        found = self._new.get(key)
        if found is None:
            found = self._new[key] = self._encoder.encode(text)
        return found

    def encode_all(self, texts: Iterable[str]) -> Vectors:
        """Return one row a text, side by side on all processors: shape (n, 768)."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.array(list(pool.map(self.encode, texts)), dtype=np.float32)

    def save(self) -> None:
        """Keep what was encoded. The keys go first and come last: without them, nothing is taken for known."""
        if not self._new:
            return
        keys, vectors = list(self._new), list(self._new.values())
        if self._known is not None and len(self._rows) + len(self._new) <= MOST:
            keys, vectors = [*self._rows, *keys], [*self._known, *vectors]
        vectors_and_keys = (
            (self._vectors, np.array(vectors, dtype=np.float32)),
            (self._keys, np.frombuffer(b"".join(keys), np.uint8).reshape(-1, _KEY_BYTES)),
        )
        self._keys.unlink(missing_ok=True)
        for path, array in vectors_and_keys:
            unfinished = path.with_suffix(f".{os.getpid()}.npy")
            np.save(unfinished, array)
            unfinished.replace(path)
