"""The one way in. Every door hands over what someone said or pressed, and gets replies or a refusal.

Whoever is in danger is answered: the rules for danger read each typed message first, and what they find urgent passes
the limits, is never too long, and gets the urgent answer if all else fails.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import logging
from collections.abc import Iterable
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.content.answers import Address
from bot.content.composing import with_contact
from bot.content.languages import ENGLISH, speaking
from bot.content.library import library
from bot.content.reply import Choice, Kind, Passing, Rated, Reply, Target
from bot.conversation.characters import readable
from bot.conversation.learning import Learning
from bot.conversation.limits import Limits, TooMany, sender
from bot.conversation.messages import Reason, Refused, Said
from bot.conversation.notice import Notice
from bot.conversation.queue import FairQueue, Full
from bot.danger.rules import DangerRules, danger_rules
from bot.danger.urgent import urgent_reply
from bot.languages.listening import Heard, Listener

SECONDS_FOR_A_REPLY = 20.0
MOST_SCREENED_CHARACTERS = 4096
"""How much of an over-long message is read for danger, half of it from the beginning and half from the end."""

_HUMAN = Address("chat/human")

logger = logging.getLogger(__name__)


class Conversing(Protocol):
    """What the assistant asks: bot.rasa.dialogue.Dialogue, or something in its place."""

    def having_read(self, texts: Iterable[str]) -> Conversing:
        """Return the same, having read texts beforehand that each begin a conversation."""

    async def say(self, conversation: str, channel: str, text: str) -> list[Reply]:
        """Return the replies to typed words."""

    async def say_abroad(self, conversation: str, channel: str, text: str, heard: Heard) -> list[Reply]:
        """Return the replies to words in another language, or that ask for one."""

    async def language_of(self, conversation: str) -> str:
        """Return the code of the language that a conversation is in; nothing if it hasn't begun."""

    async def press(self, conversation: str, channel: str, target: Target | str) -> list[Reply]:
        """Return the replies to a button."""

    async def forget(self, conversation: str) -> None:
        """Drop a conversation; it may go on under its name."""

    async def erase(self, conversation: str) -> None:
        """Drop a conversation, and keep nothing that is said under its name for a while."""

    async def was_erased(self, conversation: str) -> bool:
        """Say whether a conversation was erased lately."""

    async def words_of(self, conversation: str) -> list[str]:
        """Return what someone typed in a conversation, as far as it is kept."""

    async def understood(self, conversation: str) -> dict[str, Any]:
        """Return what was understood of a conversation's last message."""


class Assistant:
    """The assistant behind all doors of this process.

    Args:
        dialogue: what makes the replies.
        limits: how much may be asked.
        notice: says when someone need be told that names aren't needed; None never does.
        danger: the rules for danger; those of data/danger if None.
        listener: hears languages other than English; without one, everything is taken for English.
        most_waiting: how many messages are answered or wait at a time.
        human_contact: where people reach those who run the service; shown to whoever asks for a person.
        most_characters: how long a message may be.
        seconds: how long a reply may take.
        learning: counts replies, and passes questions on; None does neither.
    """

    def __init__(
        self,
        dialogue: Conversing,
        limits: Limits | None = None,
        notice: Notice | None = None,
        danger: DangerRules | None = None,
        listener: Listener | None = None,
        most_waiting: int = 50,
        human_contact: str = "",
        most_characters: int = 1000,
        seconds: float = SECONDS_FOR_A_REPLY,
        learning: Learning | None = None,
    ) -> None:
        self.dialogue = dialogue
        self.most_characters = most_characters
        self._human_contact = human_contact
        self._limits = limits or Limits()
        self._notice = notice
        self._danger = danger or danger_rules()
        self._listener = listener
        self._being_screened = FairQueue(at_work=1)
        self._being_answered = FairQueue(most_waiting)
        self._conversations: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._seconds, self._learning, self._messages = seconds, learning, 0

    @property
    def is_idle(self) -> bool:
        """Whether nobody is being answered or waits."""
        return self._messages == 0

    def having_read(self, texts: Iterable[str]) -> Assistant:
        """Return an assistant for measuring, which has read texts beforehand: each must begin a conversation."""
        ahead = copy.copy(self)
        ahead.dialogue = self.dialogue.having_read(words for text in texts if (words := Said("", "", text).words))
        return ahead

    def danger_in(self, text: str) -> Address | None:
        """Return the urgent answer that a text needs, as far as the rules can tell."""
        if len(text) > MOST_SCREENED_CHARACTERS:
            half = MOST_SCREENED_CHARACTERS // 2
            text = f"{text[:half]} {text[-half:]}"
        screened = self._danger.screen(text)
        return screened.sign.answer if screened.urgent and screened.sign else None

    def is_urgent(self, said: Said) -> bool:
        """Return whether this may be from someone in danger, as far as the rules and the button can tell."""
        return bool(self.danger_in(said.text) if said.text else said.is_urgent_button)

    async def reply(self, said: Said) -> list[Reply]:
        """Return the replies, at least one.

        Raises:
            Refused: nobody is in danger as far as the rules or the button can tell, and the message is empty, too long
                or too much, or answering it failed.
        """
        self._messages += 1
        try:
            with speaking(said.language):
                return await self._replies(said)
        finally:
            self._messages -= 1

    async def _replies(self, said: Said) -> list[Reply]:
        if not said.words and said.button is None:
            raise Refused(Reason.EMPTY)
        if isinstance(said.target, Rated | Passing):
            return [await self._learned(said, said.target)]
        async with self._being_screened.turn(sender(said.conversation, said.address)):
            heard = await self._hear(said)
            in_english = self.danger_in(said.words) if said.words else None
            if in_english and not heard.danger:
                heard = Heard()  # Words of danger that another language hasn't are English.
            danger = heard.urgent or in_english or said.urgent_answer
        with speaking(heard.language):
            return await self._replies_to(said, danger, heard)

    async def _replies_to(self, said: Said, danger: Address | None, heard: Heard) -> list[Reply]:
        try:
            replies = await self._answered(said, danger, heard)
        except Refused as refused:
            if danger is None:
                raise
            logger.error("An urgent message still got the urgent answer (%s).", type(refused).__name__)
            language = "" if heard.language == ENGLISH else heard.language
            return [dataclasses.replace(urgent_reply(danger), language=language)]
        if self._human_contact:
            replies = [
                with_contact(library(), reply, self._human_contact) if reply.answer == _HUMAN else reply
                for reply in replies
            ]
        if self._learning:
            replies = self._learning.learn(said.channel, replies, said.words or await self._declined(said))
        if said.words and not any(reply.is_urgent for reply in replies):
            replies += await self._notices(said.conversation, said.words)
        return replies

    async def _declined(self, said: Said) -> str:
        """Return what someone typed last, if they now say that none of what they were offered for it is meant."""
        is_declined = said.target is Choice.NONE_OF_THESE
        return (await self.dialogue.words_of(said.conversation) or [""])[-1] if is_declined else ""

    async def _learned(self, said: Said, target: Rated | Passing) -> Reply:
        """Return the reply to a button by which the operator learns something."""
        self._count(said, is_urgent=False)
        if self._learning is None:
            return Reply(Kind.FALLBACK, library().phrases["pass_on_gone"])
        if isinstance(target, Rated):
            return self._learning.rate(said.channel, target)
        return await self._learning.pass_on(target, await self.dialogue.words_of(said.conversation))

    async def _hear(self, said: Said) -> Heard:
        """Return what a typed message is heard to be, in another thread, since it takes some milliseconds.

        Whatever fails at that, the message is taken for English, so that its danger is read. For a button, it is the
        language that was spoken before.
        """
        if self._listener is None:
            return Heard()
        try:
            before = await self.dialogue.language_of(said.conversation)
            language = before or said.language
            if not said.words:
                return Heard(language)
            return await asyncio.to_thread(self._listener.hear, said.words, language, not before)
        except Exception as failure:  # noqa: BLE001
            logger.error("A message's language couldn't be told (%s); it's taken for English.", type(failure).__name__)
            return Heard()

    async def was_said(self, conversation: str, text: str) -> bool:
        """Return whether these words are among those that are kept of a conversation."""
        return readable(text).strip() in await self.dialogue.words_of(conversation)

    async def forget(self, conversation: str) -> None:
        """Drop a conversation at once; it may go on under its name, as a chat of Telegram does."""
        await self.dialogue.forget(conversation)

    async def erase(self, conversation: str) -> None:
        """Drop a conversation whose name isn't used again; messages that are still on their way aren't kept either."""
        await self.dialogue.erase(conversation)

    async def was_erased(self, conversation: str) -> bool:
        """Say whether a conversation was erased lately, at whichever process."""
        return await self.dialogue.was_erased(conversation)

    async def _notices(self, conversation: str, text: str) -> list[Reply]:
        due = self._notice and await self._notice.is_due(conversation, text)
        return [Reply(Kind.ANSWER, library().phrases["no_need_to_tell"])] if due else []

    async def _answered(self, said: Said, danger: Address | None, heard: Heard) -> list[Reply]:
        is_urgent = danger is not None or said.is_urgent_button
        self._count(said, is_urgent)
        if len(said.words) > self.most_characters and not is_urgent:
            raise Refused(Reason.TOO_LONG)
        try:
            replies = await asyncio.wait_for(self._in_turn(said, danger, heard), self._seconds)
        except Full:
            raise Refused(Reason.BUSY) from None
        except asyncio.TimeoutError:
            raise Refused(Reason.TIMEOUT) from None
        except Exception as failure:
            logger.error("A message could not be answered:", exc_info=failure)
            raise Refused(Reason.FAILED) from failure
        if not replies:
            raise Refused(Reason.NO_REPLY)
        return replies

    async def _in_turn(self, said: Said, danger: Address | None, heard: Heard) -> list[Reply]:
        """Ask once it is this message's turn, fairly among senders, and after those of the same conversation."""
        is_urgent = danger is not None or said.is_urgent_button
        async with (
            self._being_answered.turn(sender(said.conversation, said.address), is_urgent),
            # Rasa's own lock looks only once a second whether it is free (rasa/core/lock_store.py LockStore.lock).
            self._conversations.setdefault(said.conversation, asyncio.Lock()),
        ):
            return await self._ask(said, danger, heard)

    async def _ask(self, said: Said, danger: Address | None, heard: Heard) -> list[Reply]:
        if said.button is not None:
            return await self.dialogue.press(said.conversation, said.channel, said.button)
        if heard.language != ENGLISH or heard.asks_for_language:
            return await self.dialogue.say_abroad(said.conversation, said.channel, said.words, heard)
        if danger and len(said.words) > self.most_characters:
            # Understanding takes time by length and holds up everyone, so the rules' word has to do.
            return await self.dialogue.press(said.conversation, said.channel, danger)
        if said.about and not danger:  # As if its button were pressed: the conversation is on it then.
            await self.dialogue.press(said.conversation, said.channel, said.about)
        return await self.dialogue.say(said.conversation, said.channel, said.words)

    def _count(self, said: Said, is_urgent: bool) -> None:
        """Count the message, and refuse it if it is one too many, unless someone may be in danger."""
        try:
            self._limits.count(said.conversation, said.address, pressed=said.button is not None)
        except TooMany:
            if not is_urgent:
                raise Refused(Reason.TOO_MANY) from None
