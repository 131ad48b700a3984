"""The last line of defence: what somebody in danger gets when the rest of the system fails or would refuse to listen.

Needs neither Rasa nor the model nor the store. If even the answers can't be read, the words below are said.
"""

from __future__ import annotations

import logging
from typing import Any

from bot.content.library import library
from bot.danger.rules import danger_rules

BUILT_IN_TEXT = (
    "Call your local emergency number now (112 in the EU, 999 in the UK, 911 in the USA and Canada). "
    "If somebody can't be woken or isn't breathing well, give naloxone if there is any, and stay with them. "
    "If you might hurt yourself, call too, or find somebody to talk to at findahelpline.com."
)
"""Said only if the answer files can't be: the one text outside data/faq/."""

logger = logging.getLogger(__name__)


def emergency_reply(text: str) -> dict[str, Any] | None:
    """Return the reply to an urgent message, in the shape that channels show; None if the rules see no danger."""
    screened = danger_rules().screen(text)
    if not screened.urgent or not screened.sign:
        return None
    try:
        answers = library()
        answer = answers[screened.sign.answer_id]
        buttons = [{"title": answers.title(address), "answer": str(address)} for address in answer.related]
        sources = [{"title": source.title, "url": source.url} for source in answer.sources]
        return {
            "kind": "urgent", "text": answer.text, "buttons": buttons, "answer": answer.id, "sources": sources,
            "checked_on": answer.reviewed_on,
        }  # fmt: skip
    except Exception as failure:  # noqa: BLE001  Whatever is broken, somebody in danger gets words.
        logger.error("The urgent answer can't be read (%s): the built-in text is said.", type(failure).__name__)
        return {"kind": "urgent", "text": BUILT_IN_TEXT, "buttons": []}
