"""What was heard of a message in another language, as Rasa would have understood it. Imports no Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.content.answers import SECTIONS, URGENT_GROUP, Address
from bot.content.library import library
from bot.content.reply import InCountry
from bot.danger.cards import family
from bot.danger.verdict import Level
from bot.languages.listening import Heard

_CLARIFY_INTENT, _NOT_ENGLISH_INTENT, _PICK_INTENT = "clarify", "not_english", "pick"
_MOST_WORDS_ABOUT_A_PLACE = 4
"""How long a message may be that asks of another country what was asked before: "and in Mexico?"."""
_NEAR = 0.5
"""The confidence in an answer that may be meant instead, where that in the likeliest is 1."""


def understood(text: str, heard: Heard, topic: Address | None = None) -> dict[str, Any]:
    """Return what was heard in the form of Rasa's parse results, as the components write them.

    Args:
        text: the message.
        heard: what was heard in it.
        topic: what the conversation is on.
    """
    intent, answers, near, entities = _NOT_ENGLISH_INTENT, heard.answers, heard.near, []

    def entity(name: str, value: str) -> None:
        entities.append({"entity": name, "value": value, "start": 0, "end": len(text)})

    if heard.danger and heard.danger.level is Level.URGENT:
        intent, answers, near = URGENT_GROUP, (heard.danger.card,), ()
    elif heard.danger:
        entity("danger", heard.danger.card)
    elif heard.country:
        entity("place", heard.country)
        is_short = len(text.split()) <= _MOST_WORDS_ABOUT_A_PLACE
        goes_on = is_short and topic is not None and topic.group != URGENT_GROUP and not heard.names_only
        if goes_on and topic:
            answers, near = (topic.answer_id,), ()
            if topic.part in SECTIONS:
                entity("section", topic.part)
        elif heard.names_only or (is_short and not answers):  # Whoever is asked where they are types it.
            intent, answers = _PICK_INTENT, ()
            entity("answer", str(InCountry(heard.country)))
    if answers and intent == _NOT_ENGLISH_INTENT:
        intent = _CLARIFY_INTENT if len(answers) > 1 else Address(answers[0]).group
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": entities,
        "response_selector": _selector(intent, answers, near, heard.language),
    }


def _selector(intent: str, answers: Sequence[str], near: Sequence[str], language: str) -> dict[str, Any]:
    """Return answers, and those that may be meant instead, as the components rank them; nothing without answers."""
    if not answers:
        return {}
    names = [_in_language(answer, language) for answer in (*answers, *near)]
    shares = [1.0] * len(answers) + [_NEAR] * len(near)
    ranking = [
        {"intent_response_key": name, "confidence": share / sum(shares)}
        for name, share in zip(names, shares, strict=True)
    ]
    chosen = {"response": {**ranking[0], "utter_action": f"utter_{names[0]}"}, "ranking": ranking}
    return {"all_retrieval_intents": [intent], intent: chosen}


def _in_language(answer: str, language: str) -> str:
    """Return an urgent answer's card that there is in the language: whoever needs it can't wait for a translation."""
    is_urgent = Address(answer).group == URGENT_GROUP
    return answer if not is_urgent or library().in_language(language).speaks_of(answer) else family(answer)
