"""What Rasa is asked, and what it answers: its messages in, the project's replies out."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import UserUttered

from bot.content.answers import Address
from bot.content.languages import ASKED_KEY, ENGLISH, LANGUAGE_KEY, spoken
from bot.content.reply import Reply, Target
from bot.languages.listening import Heard
from bot.privacy.store import forget_conversation, forgetting_store
from bot.rasa.abroad import understood
from bot.rasa.agent import read_each

_PICK_INTENT, _TOPIC_SLOT = "pick", "topic"
_LEADING_SLASHES = re.compile(r"^[/\s]+")


class _Caught(OutputChannel):
    """Where Rasa sends the replies to one message."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """Return the name that Rasa knows it by."""
        return "replies"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a reply."""
        self.replies.append(Reply.of_json(message["reply"]))


class Dialogue:
    """Rasa's agent, asked in the project's own terms. A conversation goes by its pseudonym.

    Raises:
        NeverForgets: the agent keeps conversations in a store that doesn't forget.
    """

    def __init__(self, agent: Agent) -> None:
        forgetting_store(agent)
        self._agent = agent
        self._read: Mapping[str, dict[str, Any]] = {}

    def change_to(self, agent: Agent) -> None:
        """Ask another agent from now on; what the present one is being asked, it still answers."""
        forgetting_store(agent)
        self._agent = agent

    def having_read(self, texts: Iterable[str]) -> Dialogue:
        """Return a dialogue for measuring, which has read these texts beforehand: each must begin a conversation.

        Many at once take less time each, most of all in the matcher.
        """
        ahead = copy.copy(self)
        ahead._read = read_each(self._agent, dict.fromkeys(map(_words_of, texts)))
        return ahead

    async def say(self, conversation: str, channel: str, text: str) -> list[Reply]:
        """Return the replies to typed words."""
        words = _words_of(text)
        parsed = copy.deepcopy(self._read.get(words))
        return await self._ask(UserMessage(words, _Caught(), conversation, parsed, channel))

    async def say_abroad(self, conversation: str, channel: str, text: str, heard: Heard) -> list[Reply]:
        """Return the replies to words that aren't English, or ask for a language: what they mean was heard already."""
        words = _words_of(text)
        metadata = {LANGUAGE_KEY: heard.language, **({ASKED_KEY: True} if heard.asks_for_language else {})}
        tracker = await self._agent.tracker_store.retrieve(conversation)
        topic = tracker.get_slot(_TOPIC_SLOT) if tracker else None
        parsed = understood(words, heard, Address.parse(topic) if topic else None)
        return await self._ask(UserMessage(words, _Caught(), conversation, parsed, channel, metadata=metadata))

    async def language_of(self, conversation: str) -> str:
        """Return the code of the language that a conversation is in; nothing if it hasn't begun."""
        tracker = await self._agent.tracker_store.retrieve(conversation)
        message = tracker.latest_message if tracker else None
        if message is None or message.text is None:
            return ""
        return str((message.metadata or {}).get(LANGUAGE_KEY) or ENGLISH)

    async def press(self, conversation: str, channel: str, target: Target | str) -> list[Reply]:
        """Return the replies to a button; it is a message that needs no understanding any more."""
        language = await self.language_of(conversation) or spoken()
        text = f"/{_PICK_INTENT}"
        parsed = {
            "text": text,
            "intent": {"name": _PICK_INTENT, "confidence": 1.0},
            "entities": [{"entity": "answer", "value": str(target), "start": 0, "end": len(text)}],
        }
        metadata = {LANGUAGE_KEY: language} if language != ENGLISH else None
        return await self._ask(UserMessage(text, _Caught(), conversation, parsed, channel, metadata=metadata))

    async def forget(self, conversation: str) -> None:
        """Drop a conversation, also one whose message is still at work."""
        await forget_conversation(self._agent, conversation)

    async def erase(self, conversation: str) -> None:
        """Drop a conversation for good: what is still at work, here or in another process, isn't kept either."""
        await forgetting_store(self._agent).erase(conversation)

    async def was_erased(self, conversation: str) -> bool:
        """Say whether a conversation was erased lately, here or in another process."""
        return await forgetting_store(self._agent).was_erased(conversation)

    async def words_of(self, conversation: str) -> list[str]:
        """Return what someone typed in a conversation, as far as it is kept."""
        tracker = await self._agent.tracker_store.retrieve(conversation)
        said = [event for event in tracker.events if isinstance(event, UserUttered)] if tracker else []
        return [event.text for event in said if event.text and event.intent_name != _PICK_INTENT]

    async def understood(self, conversation: str) -> dict[str, Any]:
        """Return what Rasa understood of a conversation's last message, in the form of its parse results."""
        tracker = await self._agent.tracker_store.retrieve(conversation)
        assert tracker is not None
        assert tracker.latest_message is not None
        return dict(tracker.latest_message.parse_data)

    async def _ask(self, message: UserMessage) -> list[Reply]:
        await self._agent.handle_message(message)
        caught: _Caught = message.output_channel
        return caught.replies


def _words_of(text: str) -> str:
    """Return typed text as words only.

    Rasa carries out text like `/pick{"answer": …}` as a command with full confidence. Nobody may type commands, so
    slashes at the front go, with any white space among them.
    """
    return _LEADING_SLASHES.sub("", text)
