"""What the assistant says to one message: it goes unchanged from the action that makes it to the door that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.content.answers import Address, Source

_QUESTION = re.compile("[0-9a-f]{16}")


class Kind(str, Enum):
    """What sort of reply it is; doors show an urgent one differently."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    FALLBACK = "fallback"
    URGENT = "urgent"


class Choice(str, Enum):
    """What a button can stand for besides an answer and a country."""

    NONE_OF_THESE = "none"
    KEEP_NOTHING = "nothing"
    """Doesn't pass a question on after all; otherwise like the one before."""
    COUNTRY = "country"
    """Asks where the person is."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class InCountry:
    """A button for the person's country; `id` is the one in data/directory.yml."""

    id: str

    def __str__(self) -> str:
        return f"{Choice.COUNTRY}/{self.id}"


@dataclass(frozen=True)
class Rated:
    """A button that says whether an answer helped."""

    helped: bool
    answer_id: str

    def __str__(self) -> str:
        return f"{_RATED[self.helped]}/{self.answer_id}"


@dataclass(frozen=True)
class Passing:
    """A button for a question that wasn't known: the first shows what would be kept, the second keeps it.

    `question` says which question, in a way that has nothing of its words.
    """

    question: str
    sure: bool = False

    def __str__(self) -> str:
        return f"{_PASSING[self.sure]}/{self.question}"


_RATED = {True: "yes", False: "no"}
_PASSING = {True: "keep", False: "pass"}

Target = Address | Choice | InCountry | Rated | Passing
"""What a button leads to. Outside this program it is the text that `str` makes and `target_of` reads."""


def target_of(text: str) -> Target:
    """Read what a button leads to.

    Raises:
        ValueError: no button says this.
    """
    prefix, _, rest = text.partition("/")
    if prefix == Choice.COUNTRY and rest:
        return InCountry(rest)
    if prefix in _RATED.values():
        return Rated(prefix == _RATED[True], Address.parse(rest).answer_id)
    if prefix in _PASSING.values() and _QUESTION.fullmatch(rest):
        return Passing(rest, prefix == _PASSING[True])
    return Choice(text) if text in set(Choice) else Address.parse(text)


@dataclass(frozen=True)
class Button:
    """Something to press below a reply."""

    title: str
    target: Target


@dataclass(frozen=True)
class Reply:
    """One reply.

    Attributes:
        answer: the address of the answer that is shown, if one is.
        sources: where it comes from, without the sections that each backs.
        checked_on: the day on which the answer, or what is said for a country, was last checked, YYYY-MM-DD.
        checks: whether it also asks if someone is in danger.
        language: the code of the language that it is in, if that isn't English.
    """

    kind: Kind
    text: str
    buttons: tuple[Button, ...] = ()
    answer: Address | None = None
    sources: tuple[Source, ...] = ()
    checked_on: str = ""
    checks: bool = False
    language: str = ""

    @property
    def is_urgent(self) -> bool:
        """Whether it is for someone in danger."""
        return self.kind is Kind.URGENT

    def as_json(self) -> dict[str, Any]:
        """Return the reply as the web sends it (docs/openapi.yml) and as it passes through Rasa."""
        data: dict[str, Any] = {
            "kind": self.kind.value,
            "text": self.text,
            "buttons": [{"title": button.title, "answer": str(button.target)} for button in self.buttons],
        }
        if self.answer:
            data["answer"] = str(self.answer)
        if self.checked_on:
            data["sources"] = [{"title": source.title, "url": source.url} for source in self.sources]
            data["checked_on"] = self.checked_on
        if self.checks:
            data["danger"] = "check"
        if self.language:
            data["language"] = self.language
        return data

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Reply:
        """Read what `as_json` wrote."""
        return cls(
            Kind(data["kind"]),
            data["text"],
            tuple(Button(button["title"], target_of(button["answer"])) for button in data["buttons"]),
            Address.parse(data["answer"]) if "answer" in data else None,
            tuple(Source(source["title"], source["url"]) for source in data.get("sources", ())),
            data.get("checked_on", ""),
            data.get("danger") == "check",
            data.get("language", ""),
        )


def distinct(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Return buttons without a second one for the same target: the first stays where it is."""
    found: dict[Target, Button] = {}
    for button in buttons:
        found.setdefault(button.target, button)
    return tuple(found.values())
