"""What someone typed or pressed, as a door hands it over, and why it may be refused."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from enum import Enum

from bot.content.answers import URGENT_GROUP, Address
from bot.content.languages import ENGLISH, languages, speaking, spoken
from bot.content.library import library
from bot.content.reply import Choice, InCountry, Target, target_of
from bot.conversation.characters import readable, whole

_NO_WORDS = re.compile(r"[/\s]*")
"""Slashes are no words: Rasa must never take them for commands (bot/rasa/dialogue.py)."""


class Reason(Enum):
    """Why a message is refused: the code for programs, and the phrase for the person."""

    EMPTY = "no_text", "empty"
    TOO_LONG = "too_long", "too_long"
    TOO_MANY = "too_many", "too_many"
    BUSY = "busy", "busy"
    TIMEOUT = "timeout", "busy"
    NO_REPLY = "no_reply", "error"
    FAILED = "failed", "error"

    def __init__(self, code: str, phrase: str) -> None:
        self.code, self.phrase = code, phrase


class Refused(Exception):
    """A message that gets no answer but a sentence that says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason, self.language = reason, spoken()

    @property
    def sentence(self) -> str:
        """What the person is told, in the language that was spoken with them."""
        with speaking(self.language):
            return library().phrases[self.reason.phrase]


@dataclass(frozen=True)
class Said:
    """What someone typed, or the button that they pressed instead.

    Attributes:
        conversation: the conversation's pseudonym.
        channel: the name of the door.
        address: the network address that it came from, if the door knows it; it is only counted.
        about: the answer that they quote, if they do.
        language: the code of the language that the door is in for them: the first guess at what they speak.
    """

    conversation: str
    channel: str
    text: str = ""
    button: Target | str | None = None
    address: str | None = None
    about: Address | None = None
    language: str = ENGLISH

    def __post_init__(self) -> None:
        """Keep only what can be read, and a language only if it can be spoken."""
        object.__setattr__(self, "text", readable(self.text))
        object.__setattr__(self, "language", self.language if self.language in languages() else ENGLISH)
        if isinstance(self.button, str):
            object.__setattr__(self, "button", whole(self.button))

    @property
    def target(self) -> Target | None:
        """What the button leads to; None if there is none, or one that leads nowhere."""
        with contextlib.suppress(ValueError):
            return target_of(str(self.button)) if self.button is not None else None
        return None

    @property
    def words(self) -> str:
        """What they typed, without white space around it; nothing if that is no words."""
        return "" if _NO_WORDS.fullmatch(self.text) else self.text.strip()

    @property
    def urgent_answer(self) -> Address | None:
        """The urgent answer that the button leads to, if it leads to one."""
        target = self.target
        return target if isinstance(target, Address) and target.group == URGENT_GROUP else None

    @property
    def is_urgent_button(self) -> bool:
        """Whether the button may be from someone in danger: one of an urgent answer, or for a country's numbers."""
        return bool(self.urgent_answer) or isinstance(self.target, InCountry) or self.target is Choice.COUNTRY
