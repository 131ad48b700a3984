"""A text that must not be seen."""

from __future__ import annotations


class Secret:
    """Holds a text that printing, logging and formatting don't show; `reveal` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('…')"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret can't be copied out of memory")
