"""The widget as one file: joined from web/widget when the server starts, compressed once, with its hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

WIDGET = Path(__file__).resolve().parents[3] / "web" / "widget"
_STYLE, _SCRIPTS = "style.css", ("words.js", "markdown.js", "conversation.js", "leaving.js", "element.js")
PARTS = (_STYLE, *_SCRIPTS)
"""The files that the widget is joined from."""
_COMMENT_LINE = {"js": re.compile(r"\s*(//|/\*\*|\*/|\* )"), "css": re.compile(r"\s*/\*.*\*/\s*$")}


@dataclass(frozen=True)
class WidgetFile:
    """What is served: the script, the same compressed, and its hash as browsers check it (`sha384-…`)."""

    script: bytes
    compressed: bytes
    integrity: str

    @property
    def version(self) -> str:
        """Return what changes whenever the script does; fit for an address."""
        return hashlib.sha256(self.script).hexdigest()[:16]


def read_widget(folder: Path = WIDGET) -> WidgetFile:
    """Join the widget's parts; lines that only comment are left out, and so is indentation."""
    style = _lean(folder / _STYLE)
    parts = [_lean(folder / name) for name in _SCRIPTS]
    script = "\n".join(
        ["// The chat. Readable source: web/widget in the project.", "(() => {", '"use strict";',
         f"const STYLE = {json.dumps(style, ensure_ascii=False)};", *parts, "})();", ""]
    ).encode()  # fmt: skip
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()
    return WidgetFile(script, gzip.compress(script, compresslevel=9, mtime=0), integrity)


def _lean(path: Path) -> str:
    comment = _COMMENT_LINE[path.suffix[1:]]
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip() and not comment.match(line))
