"""Makes replies of answers: the text, what to ask next, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.content.answers import MORE, OUT_OF_SCOPE, SECTIONS, URGENT_GROUP, Address, Answer, Source
from bot.content.library import Library
from bot.content.reply import Button, Kind, Reply

_WITH_URGENT_NOTE = (None, MORE, "what", "how")
"""Parts of an answer that someone in danger may be reading; the others are about money, laws, studies."""


def reply_of(answers: Library, address: Address) -> Reply:
    """Return the reply that shows an answer or a part of it, without its urgent note.

    A part that the answer hasn't got becomes the nearest that it has.

    Raises:
        KeyError: there is no such answer.
    """
    address = answers.nearest(address)
    answer = answers[address.answer_id]
    return Reply(
        _kind_of(answer),
        answer.part(address.part) or answer.text,
        tuple(_next_buttons(answers, answer, address.part)),
        address,
        tuple(Source(source.title, source.url) for source in answer.sources_of(address.part)),
        answer.reviewed_on,
    )


def urgent_note(answers: Library, address: Address) -> str:
    """Return what an answer says to someone who may be in danger, if it says it in this part."""
    return answers[address.answer_id].urgent_note if address.part in _WITH_URGENT_NOTE else ""


def offer(answers: Library, addresses: Iterable[Address]) -> Iterator[Button]:
    """Yield a button for each of the answers that there are."""
    return (Button(answers.title(address), address) for address in addresses if answers.has(address))


def _next_buttons(answers: Library, answer: Answer, part: str | None) -> Iterator[Button]:
    """Yield the rest of the answer, then a service's other sections, else what people ask next."""
    if answer.more and part in (None, "what"):
        yield Button(answers.phrases["more"], Address(answer.id, MORE))
    if answer.sections and part != MORE:
        for section in SECTIONS:
            if section != part and section in answer.sections:
                yield Button(answers.phrases[f"section_{section}"], Address(answer.id, section))
    else:
        yield from offer(answers, answer.related)


def _kind_of(answer: Answer) -> Kind:
    return {URGENT_GROUP: Kind.URGENT, OUT_OF_SCOPE: Kind.FALLBACK}.get(answer.group, Kind.ANSWER)
