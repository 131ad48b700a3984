"""Learns what messages refer to, from conversations that staff wrote. Knows no Rasa."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.content.answers import NO_TOPICS, OUT_OF_SCOPE, Address
from bot.content.conversations import Message, conversations
from bot.content.library import library
from bot.matching.encoder import meaning
from bot.matching.known_vectors import known_vectors
from bot.matching.matcher import Matcher
from bot.matching.questions import uncorrected
from bot.matching.reading import joined
from bot.matching.reference import Context, Rankings, Reference
from bot.matching.spelling import normalise


def context_on(topic: str, before: str, lately: tuple[str, ...]) -> Context:
    """Return what a message may lean on while the conversation is on an answer of the library."""
    answer = library()[topic]
    near = tuple(address.answer_id for address in answer.related)
    return Context(topic, tuple(one for one in lately if one != topic), near, answer.title, before)


def learn_reference(matcher: Matcher, strange: Sequence[str]) -> Reference:
    """Learn what messages refer to: from the conversations of staff; from strange messages, that it may be nothing."""
    turns = [(normalise(uncorrected(message.text)), context, message.about) for message, context in _in_context()]
    contexts = itertools.cycle(context for _, context, _ in turns)
    turns += [(text, context, (OUT_OF_SCOPE,)) for text, context in zip(strange, contexts, strict=False)]
    read = [
        normalise(joined(first, text)) for text, context, _ in turns for first in ("", context.title, context.before)
    ]
    with known_vectors() as known:
        rankings = matcher.rank_all(read, meaning(known.encode_all(read)))
        return Reference.learn(
            (text, context, Rankings(next(rankings), next(rankings), next(rankings)), about)
            for text, context, about in turns
        )


def _in_context() -> Iterator[tuple[Message, Context]]:
    """Yield the messages that can lean on something, as if all before them had been answered rightly."""
    for conversation in conversations():
        lately: tuple[str, ...] = ()
        for before, message in pairwise(conversation):
            if before.about[0] in library() and Address(before.about[0]).group not in NO_TOPICS:
                lately = tuple(dict.fromkeys([before.about[0], *lately]))
            if lately:
                yield message, context_on(lately[0], before.text, lately[1:])
