"""What an answer is. No reading of files here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SECTIONS = ("what", "how", "evidence", "find", "cost", "law", "who")
"""What people ask about a service; a service answers those that there is something to say about."""
_INSTEAD = {"cost": "find"}
"""Where else to look for a section that a service hasn't got; for the others, in the answer itself."""
MORE = "more"
"""The part of an answer that did not fit into its text."""
FOLLOW_UPS = "follow_ups"
"""The part with short answers to what people ask next; each is shown alone, to those who ask it."""
ITSELF = "answer"
"""How a source names the answer's own text; everywhere else that part is None."""
OUT_OF_SCOPE = "out_of_scope"
URGENT_GROUP = "urgent"
"""The group of the answers for someone in danger."""
NO_TOPICS = ("chat", OUT_OF_SCOPE)
"""Groups that nobody means by "it": thanks, greetings, what the assistant doesn't know."""
PLEASANTRIES = ("chat/goodbye", "chat/greet", "chat/insult", "chat/thanks")
"""Answers to small talk: a question in the same message comes first, and "did you mean" doesn't offer them."""
SECTION_GROUP = "section"
"""Example questions for sections, whatever the conversation is on; they have no answer file of their own."""
UNREVIEWED = "project author"
"""`reviewed_by` of an answer that was written from its sources and that no professional has reviewed yet."""
TO_REVIEW = "to review"
"""`reviewed_by` of an answer that nobody has compared with its sources yet."""
TO_WRITE = "To be written"
EXAMPLE_TO_WRITE, URL_TO_WRITE = TO_WRITE.lower(), "https://example.org/page"
"""Begins each text of a new answer that someone has to write yet."""

MOST_ID_CHARACTERS = 54
"""How long an id may be: 64, as much as a button of Telegram holds, less a sign in front and the longest part."""

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}(/[a-z][a-z0-9_]{1,39})?")


@dataclass(frozen=True)
class Address:
    """Names an answer or a part of it, as buttons and test questions write it: `group/name` or `group/name#part`."""

    answer_id: str
    part: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address.

        Raises:
            ValueError: `text` is not written like one.
        """
        answer_id, _, part = text.partition("#")
        if not _ID.fullmatch(answer_id) or (part and part not in (*SECTIONS, MORE)):
            raise ValueError(f"{text!r} is not the address of an answer")
        return cls(answer_id, part or None)

    def __str__(self) -> str:
        return f"{self.answer_id}#{self.part}" if self.part else self.answer_id

    @property
    def group(self) -> str:
        """The folder that the answer lives in, `faq` or `service` for example."""
        return self.answer_id.partition("/")[0]


OF_HARM_REDUCTION = {
    "what": Address("faq/definition"),
    "how": Address("faq/includes"),
    "evidence": Address("faq/effective"),
    "cost": Address("faq/cost_effective"),
    "who": Address("faq/who_is_it_for"),
}
"""What a question for a section means before any service has come up: "it" is then harm reduction itself."""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from; `sections` is empty if it backs all parts of the answer."""

    title: str
    url: str
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowUp:
    """What people ask once they have read an answer, and what to say to that."""

    question: str
    text: str


@dataclass(frozen=True)
class Answer:
    """One answer file."""

    id: str
    title: str
    short: str
    text: str
    sources: tuple[Source, ...]
    reviewed_on: str
    reviewed_by: str
    more: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    related: tuple[Address, ...] = ()
    urgent_note: str = ""
    button_only: bool = False
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def group(self) -> str:
        """The folder that the answer lives in, `faq` or `service` for example."""
        return self.id.partition("/")[0]

    def part(self, name: str | None) -> str | None:
        """Return the text of a part, of the answer itself for None, or None if there is no such part."""
        if name is None:
            return self.text
        return self.more or None if name == MORE else self.sections.get(name)

    def nearest(self, part: str | None) -> str | None:
        """Return the part that answers a question for `part` best: that part, what stands in for it, or the answer."""
        while part and not self.part(part):
            part = _INSTEAD.get(part)
        return part

    def sources_of(self, part: str | None) -> tuple[Source, ...]:
        """Return the sources that back a part."""
        return tuple(one for one in self.sources if not one.sections or (part or ITSELF) in one.sections)
