"""What was heard of a message in another language, as Rasa would have understood it. Imports no Rasa."""

from __future__ import annotations

from typing import Any

from bot.content.answers import URGENT_GROUP, Address
from bot.content.library import library
from bot.danger.cards import family
from bot.danger.verdict import Level
from bot.languages.listening import Heard

_CLARIFY_INTENT, _NOT_ENGLISH_INTENT = "clarify", "not_english"


def understood(text: str, heard: Heard) -> dict[str, Any]:
    """Return what was heard in the form of Rasa's parse results, as the components write them."""
    intent, answers, entities = _NOT_ENGLISH_INTENT, heard.answers, []
    if heard.danger and heard.danger.level is Level.URGENT:
        intent, answers = URGENT_GROUP, (heard.danger.card,)
    elif heard.danger:
        entities = [{"entity": "danger", "value": heard.danger.card, "start": 0, "end": len(text)}]
    if answers and intent == _NOT_ENGLISH_INTENT:
        intent = _CLARIFY_INTENT if len(answers) > 1 else Address(answers[0]).group
    answers = tuple(_in_language(answer, heard.language) for answer in answers)
    ranking = [{"intent_response_key": answer, "confidence": 1.0 / len(answers)} for answer in answers]
    selector = {}
    if ranking:
        chosen = {"response": {**ranking[0], "utter_action": f"utter_{answers[0]}"}, "ranking": ranking}
        selector = {"all_retrieval_intents": [intent], intent: chosen}
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": entities,
        "response_selector": selector,
    }


def _in_language(answer: str, language: str) -> str:
    """Return an urgent answer's card that there is in the language: whoever needs it can't wait for a translation."""
    is_urgent = Address(answer).group == URGENT_GROUP
    return answer if not is_urgent or library().in_language(language).speaks_of(answer) else family(answer)
