"""Makes replies of answers: the text, what to ask next, and where it comes from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from bot.content.answers import FOLLOW_UPS, MORE, OUT_OF_SCOPE, SECTIONS, URGENT_GROUP, Address, Answer, Source
from bot.content.library import Library
from bot.content.passages import parts, passages
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
        _named(answer.sources_of(address.part)),
        answer.reviewed_on,
    )


def led_by(answers: Library, reply: Reply, number: int) -> Reply:
    """Return a reply that shows an answer, or its `more`, with one paragraph of `more` first (bot.content.passages).

    The answer may have been edited since the paragraph was found; then the reply stays as it is.
    """
    answer = answers[reply.answer.answer_id] if reply.answer else None
    paragraphs = passages(answer) if answer else []
    if answer is None or number >= len(paragraphs):
        return reply
    passage, rest = paragraphs[number], [reply.text]
    if reply.answer and reply.answer.part == MORE:
        rest = [one.text for one in paragraphs if one != passage and not one.question]
    sources = dict.fromkeys([*_named(answer.sources_of(FOLLOW_UPS if passage.question else MORE)), *reply.sources])
    return dataclasses.replace(reply, text="\n\n".join([passage.text, *rest]), sources=tuple(sources))


def focused(answers: Library, reply: Reply, numbers: Sequence[int]) -> Reply:
    """Return a reply that shows some parts of an answer alone (bot.content.passages), as many as are still there."""
    answer = answers[reply.answer.answer_id] if reply.answer else None
    found = parts(answer) if answer else []
    shown = [found[number] for number in numbers if number < len(found)]
    if answer is None or not shown:
        return reply
    others = (FOLLOW_UPS if one.question else MORE for one in shown)
    sources = dict.fromkeys([*reply.sources, *(named for part in others for named in _named(answer.sources_of(part)))])
    text = "\n\n".join(dict.fromkeys(one.text.removeprefix("- ") for one in shown))
    return dataclasses.replace(reply, text=text, sources=tuple(sources))


def urgent_note(answers: Library, address: Address) -> str:
    """Return what an answer says to someone who may be in danger, if it says it in this part."""
    return answers[address.answer_id].urgent_note if address.part in _WITH_URGENT_NOTE else ""


def offer(answers: Library, addresses: Iterable[Address]) -> Iterator[Button]:
    """Yield a button for each of the answers that there are in the language that is being spoken."""
    return (
        Button(answers.title(address), address)
        for address in addresses
        if answers.has(address) and answers.speaks_of(address.answer_id)
    )


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


def with_contact(answers: Library, reply: Reply, address: str) -> Reply:
    """Return a reply for someone who asks for a person with the address of those who run the service at its top."""
    words = address.partition(":")[2].removeprefix("//").rstrip("/")
    sentence = answers.phrases["human_contact"].replace("{contact}", f"[{words}]({address})")
    return dataclasses.replace(reply, text=f"{sentence}\n\n{reply.text}")


def _named(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return sources without what they back, which nobody is shown."""
    return tuple(Source(source.title, source.url) for source in sources)


def _kind_of(answer: Answer) -> Kind:
    return {URGENT_GROUP: Kind.URGENT, OUT_OF_SCOPE: Kind.FALLBACK}.get(answer.group, Kind.ANSWER)
