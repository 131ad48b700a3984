"""What every channel shares: making a message for Rasa of what somebody sent, and catching the replies."""

from __future__ import annotations

import re
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

PICK_INTENT = "pick"
_LEADING_SLASHES = re.compile(r"^[/\s]+")


class Replies(OutputChannel):
    """Collects the replies to one message: dicts with `text`, `buttons`, and mostly `sources` and `checked_on`."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the name that Rasa knows this by."""
        return "replies"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect a reply."""
        self.replies.append(message["reply"])

    @property
    def urgent(self) -> bool:
        """Whether somebody is in danger: then nothing is added."""
        return any(reply["kind"] == "urgent" for reply in self.replies)

    def add_note(self, text: str) -> None:
        """Add a sentence from the channel itself."""
        self.replies.append({"kind": "answer", "text": text, "buttons": []})


def no_emergency(text: str) -> dict[str, Any] | None:
    """Stand for the lookout for danger where there is none: `rasa run` with the channels of credentials.yml."""
    return None


async def no_notice(conversation: str, text: str) -> bool:
    """Stand for the notice that names aren't needed where nobody gives it."""
    return False


def text_message(text: str, conversation: str, channel: str, replies: Replies) -> UserMessage:
    """Make a message of what somebody typed.

    Rasa carries out text like `/pick{"answer": …}` as a command with full confidence. Nobody may type commands, so
    slashes at the front go, with any white space among them: what is left is read as words.
    """
    return UserMessage(
        text=_LEADING_SLASHES.sub("", text), output_channel=replies, sender_id=conversation, input_channel=channel
    )


def button_message(answer: str, conversation: str, channel: str, replies: Replies) -> UserMessage:
    """Make a message of a button that somebody pressed; `answer` is what the button leads to."""
    text = f"/{PICK_INTENT}"
    parsed = {
        "text": text,
        "intent": {"name": PICK_INTENT, "confidence": 1.0},
        "entities": [{"entity": "answer", "value": answer, "start": 0, "end": len(text)}],
    }
    return UserMessage(
        text=text, output_channel=replies, sender_id=conversation, input_channel=channel, parse_data=parsed
    )
