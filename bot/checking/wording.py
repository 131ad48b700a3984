"""The words that the assistant avoids, and the ones that it prefers: data/language.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content.yaml_files import BrokenFile, Problem, read

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@dataclass(frozen=True)
class _Entry:
    pattern: re.Pattern[str]
    prefer: str


class Wording:
    """Finds words to avoid in a text."""

    def __init__(self, entries: list[_Entry], allowed: re.Pattern[str]) -> None:
        self._entries = entries
        self._allowed = allowed

    @classmethod
    def read(cls, path: Path, problems: list[Problem]) -> Wording:
        """Read the list; what is wrong with it is added to `problems`."""
        entries: list[_Entry] = []
        allowed: list[str] = []
        try:
            document = read(path)
        except BrokenFile as broken:
            problems.append(broken.problem)
        else:
            data = document.data if isinstance(document.data, dict) else {}
            if not isinstance(data.get("avoid"), list):
                problems.append(document.problem((), "needs `avoid:`, a list of words to avoid. See docs/answers.md."))
                data = {}
            for index, entry in enumerate(data.get("avoid") or []):
                if not isinstance(entry, dict) or not isinstance(entry.get("words", []), list):
                    problems.append(document.problem(("avoid", index), "needs `words: [one, another]` in brackets."))
                    continue
                missing = {"words", "prefer", "source"} - entry.keys()
                if missing:
                    problems.append(document.problem(("avoid", index), f"`{sorted(missing)[0]}` is missing. Add it."))
                    continue
                entries.append(_Entry(_whole_words(entry["words"]), entry["prefer"]))
            allowed = list(data.get("allowed") or [])
        return cls(entries, _whole_words(allowed) if allowed else re.compile(r"(?!)"))

    def faults(self, text: str) -> Iterator[str]:
        """Yield a sentence for each word to avoid; quotations and allowed names are passed over."""
        text = self._allowed.sub(" ", _QUOTED.sub(" ", text))
        for entry in self._entries:
            for found in entry.pattern.findall(text):
                yield f"{found!r} is a word to avoid. Say: {entry.prefer}."


def _whole_words(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
