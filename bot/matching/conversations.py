"""Learns what messages refer to, from conversations that staff wrote. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice, pairwise

from bot.content.answers import NO_TOPICS, OUT_OF_SCOPE, Address
from bot.content.conversations import Message, conversations
from bot.content.library import library
from bot.matching.encoder import meaning
from bot.matching.kernel import Floats
from bot.matching.known_vectors import known_vectors
from bot.matching.matcher import Matcher
from bot.matching.names import NameFinder
from bot.matching.questions import uncorrected
from bot.matching.reading import joined
from bot.matching.reference import Context, Reference, Turn
from bot.matching.spelling import normalise

Find = Callable[[Sequence[Message], Sequence[Context]], list[Turn]]
"""Finds what messages in their contexts may ask for."""


def context_on(topic: str, before: str, lately: tuple[str, ...]) -> Context:
    """Return what a message may lean on while the conversation is on an answer of the library."""
    answer = library()[topic]
    near = tuple(address.answer_id for address in answer.related)
    return Context(topic, tuple(one for one in lately if one != topic), near, answer.title, before)


def learn_reference(matcher: Matcher, names: NameFinder, begun: Mapping[str, str], strange: Sequence[str]) -> Reference:
    """Learn what messages refer to: from the conversations of staff; from strange messages, that it may be nothing.

    It learns twice, the second time from the conversations as they go if it answers them itself, so that one wrong
    answer doesn't draw the next ones along (as in DAgger; Ross, Gordon and Bagnell 2011).

    Args:
        matcher: ranks the answers for a text.
        names: finds what messages name.
        begun: first messages of conversations, each with the answer that it gets if the matcher hasn't learned from it.
        strange: messages that ask for nothing the assistant has.
    """
    nothing = [Message(text, (OUT_OF_SCOPE,)) for text in strange]
    scored: dict[str, Floats] = {}  # Most texts come up twice, and scoring them takes most of the time.
    with known_vectors() as known:

        def find(messages: Sequence[Message], contexts: Sequence[Context]) -> list[Turn]:
            texts = [normalise(uncorrected(message.text)) for message in messages]
            read = [
                normalise(joined(first, text))
                for text, context in zip(texts, contexts, strict=True)
                for first in ("", context.title, context.before)
            ]
            new = [text for text in dict.fromkeys(read) if text not in scored]
            if new:
                scored.update(zip(new, matcher.scores_of_all(new, meaning(known.encode_all(new))), strict=True))
            rankings = (matcher.ranked(scored[text]) for text in read)
            return [
                Turn(text, names.find(message.text), context, next(rankings), next(rankings), next(rankings))
                for text, message, context in zip(texts, messages, contexts, strict=True)
            ]

        written = list(_as_written())
        lost = list(zip(nothing, islice(cycle(context for _, context in written), len(nothing)), strict=True))
        first = Reference.learn(_lessons([*written, *lost], find))
        return Reference.learn([*_as_answered(first, begun, find), *_lessons(lost, find)])


def _as_written() -> Iterator[tuple[Message, Context]]:
    """Yield the messages that can lean on something, as if all before them had been answered rightly."""
    for conversation in conversations():
        lately: tuple[str, ...] = ()
        for before, message in pairwise(conversation):
            lately = _lately(before.about[0], lately)
            if lately:
                yield message, context_on(lately[0], before.text, lately[1:])


def _lessons(messages: Sequence[tuple[Message, Context]], find: Find) -> Iterator[tuple[Turn, tuple[str, ...]]]:
    turns = find([message for message, _ in messages], [context for _, context in messages])
    for turn, (message, _) in zip(turns, messages, strict=True):
        yield turn, message.about


def _as_answered(reference: Reference, begun: Mapping[str, str], find: Find) -> Iterator[tuple[Turn, tuple[str, ...]]]:
    """Yield the messages of all conversations after the answers that the reference gives to those before them."""
    talks = list(conversations())
    lately = [_lately(begun.get(talk[0].text, talk[0].about[0]), ()) for talk in talks]
    for number in range(1, max(map(len, talks), default=0)):
        going = [at for at, talk in enumerate(talks) if len(talk) > number]
        asked = [
            (talks[at][number], context_on(lately[at][0], talks[at][number - 1].text, lately[at][1:]))
            for at in going
            if lately[at]
        ]
        lessons = list(_lessons(asked, find))
        yield from lessons
        answers = iter([reference.rank(turn)[0].label for turn, _ in lessons])
        for at in going:
            lately[at] = _lately(next(answers) if lately[at] else talks[at][number].about[0], lately[at])


def _lately(answered: str, lately: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a conversation was on, the last first, after an answer."""
    if answered in library() and Address(answered).group not in NO_TOPICS:
        return tuple(dict.fromkeys([answered, *lately]))
    return lately
