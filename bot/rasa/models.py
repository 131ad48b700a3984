"""Models that were trained elsewhere: a file or an address, and the SHA-256 that it must have."""

from __future__ import annotations

import functools
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import httpx

from bot.content.model_files import MODELS

_LANGUAGES = "languages.npz"
_PIECE = 2**20
_ADDRESSES = ("https://", "http://")


class NoModel(Exception):
    """A model that can't be had, or isn't the one that was meant; the message says what to do."""


def export(model: Path, languages: Path, to: Path) -> str:
    """Write a model with what was learned of other languages in front of it, and return the file's SHA-256."""
    with tarfile.open(model) as parts, tarfile.open(to, "w:gz", compresslevel=1) as archive:
        archive.add(languages, _LANGUAGES)
        for part in parts:
            archive.addfile(part, parts.extractfile(part) if part.isfile() else None)
    return sha256_of(to)


def languages_in(model: Path) -> Callable[[], io.BytesIO] | None:
    """Return what reads what an exported model holds on other languages, which takes 30 MB while it is read.

    None if it was trained here: then that lies beside it.
    """
    with tarfile.open(model) as parts:
        first = parts.next()
    return functools.partial(_languages, model) if first and first.name == _LANGUAGES else None


def _languages(model: Path) -> io.BytesIO:
    with tarfile.open(model) as parts:
        first = parts.next()  # By its name, all of the model would be looked through.
        held = parts.extractfile(first) if first else None
        return io.BytesIO(held.read() if held else b"")


def sha256_of(file: Path) -> str:
    """Return a file's SHA-256, in hexadecimal digits."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def model_from(source: str, sha256: str) -> Path:
    """Return the model at a path or an address, which is fetched once and kept in models/.

    Args:
        source: where it is.
        sha256: what it must have; needed for an address, since who answers there could send anything.

    Raises:
        NoModel: it isn't there, or has another SHA-256.
    """
    if source.startswith(_ADDRESSES):
        if not sha256:
            raise NoModel(f"A model from {source} needs --sha256, which `bot train --export` printed.")
        model = MODELS / f"fetched-{sha256[:16]}.tar.gz"
        if not model.exists():
            _fetch(source, model, sha256)
    else:
        model = Path(source)
        if not model.is_file():
            raise NoModel(f"{source} isn't there. Make it with: python -m bot train --export {source}")
    if sha256:
        _check(model, sha256, source)
    return model


def _fetch(address: str, model: Path, sha256: str) -> None:
    """Fetch a model; what isn't whole, or isn't the one that was meant, isn't kept."""
    MODELS.mkdir(exist_ok=True)
    part = model.with_suffix(".part")
    try:
        with part.open("wb") as opened, httpx.stream("GET", address, follow_redirects=True) as response:
            response.raise_for_status()
            for piece in response.iter_bytes():
                opened.write(piece)
        _check(part, sha256, address)
        part.replace(model)
    except httpx.HTTPError as error:
        raise NoModel(f"{address} can't be fetched ({type(error).__name__}). Is the address right?") from error
    finally:
        part.unlink(missing_ok=True)


def _check(file: Path, wanted: str, source: str) -> None:
    if (found := sha256_of(file)) != wanted.lower():
        raise NoModel(f"{source} isn't the model that was meant: its SHA-256 is {found}, not {wanted.lower()}.")
