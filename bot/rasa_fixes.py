"""What Rasa 3.6.21 gets wrong, worked around here and nowhere else. Each fix names the line that it is about."""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction

from bot.privacy.logs import withhold_words_of_libraries


def apply() -> None:
    """Apply all fixes; doing so twice changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    # Rasa configures structlog in its own command line only (rasa/__main__.py:130), which isn't used here.
    withhold_words_of_libraries()


@functools.cache
def _validator() -> Draft7Validator:
    return Draft7Validator(RemoteAction.action_response_format_spec())


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Validate with a validator that is made once.

    rasa/core/actions/action.py:699 checks the schema against its meta-schema at every action: 62 % of a message's time.
    """
    _validator().validate(result)
    return True
