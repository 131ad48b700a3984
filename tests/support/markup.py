"""What answers' markup becomes, for every door that makes HTML of it: tests/support/markup.json."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.support import ROOT


@dataclass(frozen=True)
class Example:
    """A text, and its blocks as HTML with nothing but what they need."""

    text: str
    html: str


EXAMPLES = [Example(**example) for example in json.loads((ROOT / "tests/support/markup.json").read_text())]
