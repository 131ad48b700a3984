"""The files that pages load: scripts joined from web/widget and the style, each compressed once, with its hash."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import minify
from zopfli import gzip

WIDGET = Path(__file__).resolve().parents[3] / "web" / "widget"
_STYLE = "style.css"
_CHAT = (
    "markdown.js",
    "danger.js",
    "conversation.js",
    "leaving.js",
    "page.js",
    "messages.js",
    "panel.js",
    "element.js",
)
_EXIT = ("leaving.js", "exit.js")
PARTS = (_STYLE, *dict.fromkeys((*_CHAT, *_EXIT)), "danger.json")
"""The files that the scripts of pages are joined from."""


@dataclass(frozen=True)
class Served:
    """A file as it is served: plain, compressed, and its hash as browsers check it (`sha384-…`)."""

    source: bytes
    compressed: bytes
    integrity: str

    @classmethod
    def of(cls, source: bytes) -> Served:
        """Prepare a file to be served."""
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(source).digest()).decode()
        return cls(source, gzip.compress(source, numiterations=1), integrity)  # More take longer, for some bytes.

    @property
    def version(self) -> str:
        """Return what changes whenever the file does; fit for an address."""
        return hashlib.sha256(self.source).hexdigest()[:16]


def chat_script(constants: Mapping[str, object], folder: Path = WIDGET) -> Served:
    """Return the chat. Its words and all else that staff can change stand at its top, by name."""
    style = minify.string("text/css", (folder / _STYLE).read_text(encoding="utf-8"))
    return _joined({"STYLE": style, **constants}, (folder / name for name in _CHAT))


def exit_script(folder: Path = WIDGET) -> Served:
    """Return what makes the link "Leave now" of a page without the chat as quick as the chat's button."""
    return _joined({}, (folder / name for name in _EXIT))


def _joined(constants: Mapping[str, object], parts: Iterable[Path]) -> Served:
    given = [f"let {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in constants.items()]
    code = "\n".join(['(() => { "use strict";', *given, *(part.read_text(encoding="utf-8") for part in parts), "})();"])
    code = minify.string("application/javascript", code)
    return Served.of(f"// Readable source: web/widget in the project.\n{code}\n".encode())
