"""What the operator may learn from people, with COUNTS: what was answered, what helped, and questions passed on."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Sequence

from bot.content.answers import OUT_OF_SCOPE, URGENT_GROUP
from bot.content.library import library
from bot.content.reply import Button, Choice, Kind, Passing, Rated, Reply
from bot.privacy.pseudonyms import pseudonym
from bot.privacy.scrubbing import Scrubber
from bot.privacy.tally import MOST_CHARACTERS, Tally

_DOORS_WITHOUT_BUTTONS_TO_RATE = ("chat", "terminal")
"""In the terminal, there's nobody to learn from. The web page asks by itself:
docs/adr/0024-helpful-is-counted-if-the-operator-counts.md."""
_PLACE = 2
"""Where the button to pass a question on stands among the others: the web shows three, and the rest behind "More"."""


class Learning:
    """Counts replies without words or ids, and passes on questions whose author has seen what is kept, and agreed.

    Args:
        tally: where it is kept.
        not_names: words that are no names of people: substances, for example.
    """

    def __init__(self, tally: Tally, not_names: Iterable[str] = ()) -> None:
        self._tally = tally
        self._scrubber = Scrubber(not_names)

    def learn(self, channel: str, replies: Sequence[Reply], text: str) -> list[Reply]:
        """Count replies, and return them with buttons to rate an answer, or to pass on `text` if it isn't answered."""
        counted = next((reply for reply in replies if reply.is_urgent), replies[0])
        self._tally.count(counted.answer.answer_id if counted.answer else "", channel, counted.kind.value)
        if any(reply.is_urgent or reply.checks for reply in replies):
            return list(replies)
        *others, last = replies
        buttons = list(last.buttons)
        if _is_unknown(last) and 0 < len(text) <= MOST_CHARACTERS:
            buttons.insert(_PLACE, Button(library().phrases["pass_on"], Passing(_name_of(text))))
        elif last.kind is Kind.ANSWER and last.answer and channel not in _DOORS_WITHOUT_BUTTONS_TO_RATE:
            for key, helped in (("helped", True), ("not_helped", False)):
                buttons.append(Button(library().phrases[key], Rated(helped, last.answer.answer_id)))
        return [*others, dataclasses.replace(last, buttons=tuple(buttons))]

    def rate(self, channel: str, rated: Rated) -> Reply:
        """Count whether an answer helped, and say thanks."""
        if rated.answer_id in library() and not rated.answer_id.startswith(URGENT_GROUP):
            self._tally.count(rated.answer_id, channel, Kind.ANSWER.value, "yes" if rated.helped else "no")
        return Reply(Kind.FALLBACK, library().phrases["rated"])

    async def pass_on(self, passing: Passing, words: Iterable[str]) -> Reply:
        """Show what would be kept of a question; or keep it, if its author is sure.

        Args:
            passing: the button that was pressed.
            words: what the person typed, as far as the conversation is kept.
        """
        phrases = library().phrases
        text = next((one for one in words if _name_of(one) == passing.question), None)
        if text is None or len(text) > MOST_CHARACTERS:
            return Reply(Kind.FALLBACK, phrases["pass_on_gone"])
        kept = await asyncio.to_thread(self._scrubber.scrub, " ".join(text.split()))
        if passing.sure:
            self._tally.pass_on(kept)
            return Reply(Kind.FALLBACK, phrases["pass_on_done"])
        shown = kept.replace("](", "] (")  # No link: these are a person's words.
        buttons = (
            Button(phrases["pass_on_yes"], Passing(passing.question, sure=True)),
            Button(phrases["pass_on_no"], Choice.KEEP_NOTHING),
        )
        return Reply(Kind.CLARIFY, phrases["pass_on_shown"].replace("{text}", shown), buttons)


def _is_unknown(reply: Reply) -> bool:
    return reply.kind is Kind.FALLBACK and reply.answer is not None and reply.answer.answer_id == OUT_OF_SCOPE


def _name_of(text: str) -> str:
    """Return what names a question today, and says nothing of it."""
    return pseudonym("passed on", text.strip())[:16]
