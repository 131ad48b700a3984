"""Why a question gets the answer that it gets, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from bot.content.examples import plain_words
from bot.content.reply import Kind
from bot.conversation.explain import Asked

_MOST_EXAMPLES = 3
_DECIDED = {
    Kind.URGENT: "It reads as if someone may be in danger. That comes before all else.",
    Kind.CLARIFY: "Several answers came near, or none came near enough, so it asks which one is meant.",
    Kind.FALLBACK: "No answer came near enough, so it says that it doesn't know.",
}
_FOUND = {
    "service": "It names the service {}.",
    "substance": "It names {}.",
    "section": "It asks for the section `{}`.",
    "place": "It names a country: {}.",
}


def reasons(asked: Asked, examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what led to an answer; of its example questions, those whose words are most like the question's."""
    if asked.decision in _DECIDED:
        yield _DECIDED[asked.decision]
    elif asked.alternatives:
        second = asked.alternatives[0]
        sure, next_sure = _percent(asked.confidence), _percent(second.confidence)
        yield f"It's {sure} sure. The next, {second.answer_id}, has {next_sure}."
    if asked.danger == "check":
        yield "It may be from someone in danger, so the reply also asks."
    for kind, value in asked.found:
        if kind in _FOUND and (kind != "section" or asked.section):
            yield _FOUND[kind].format(value)
    own = {plain_words(text): text for answer_id, text in examples if answer_id == asked.answer_id}
    like = process.extract(plain_words(asked.question), own.keys(), scorer=fuzz.token_sort_ratio, limit=_MOST_EXAMPLES)
    if like:
        yield "Examples of this answer most like it, word by word: " + "; ".join(
            f"“{own[plain]}”" for plain, *_ in like
        )


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"
