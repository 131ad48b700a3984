"""The words that the assistant avoids, and the ones that it prefers: data/language.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_NOTHING = re.compile(r"(?!)")


class Wording:
    """Finds words to avoid in a text.

    Args:
        data: what data/schemas/wording.json describes.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._preferred = [(whole_words(entry["words"]), entry["prefer"]) for entry in data["avoid"]]
        self._any = whole_words([word for entry in data["avoid"] for word in entry["words"]])
        self._allowed = whole_words(data.get("allowed", ()))

    def faults(self, text: str) -> Iterator[str]:
        """Yield a sentence for each word to avoid; quotations and allowed names are passed over."""
        text = self._allowed.sub(" ", _QUOTED.sub(" ", text))
        if not self._any.search(text):  # One pattern instead of two dozen, for nearly all texts.
            return
        for pattern, prefer in self._preferred:
            for found in pattern.findall(text):
                yield f"{found!r} is a word to avoid. Say: {prefer}."


def whole_words(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the words, whole and in capital letters or not."""
    if not words:
        return _NOTHING
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
