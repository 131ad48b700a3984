"""Puts the assistant together: Rasa's agent, the trained model, the actions in this process, the store that forgets."""

from __future__ import annotations

import logging
import sys
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphComponentException
from rasa.exceptions import ModelNotFound
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.danger.rules import DangerRules, danger_rules
from bot.privacy.impatient_redis import ImpatientRedis, connect
from bot.privacy.locks import ForgetfulLockStore, check_redis
from bot.privacy.pseudonyms import share_key
from bot.privacy.store import ForgetfulRedisTrackerStore, ForgetfulTrackerStore, ForgettingStore, forgetting_store
from bot.rasa import fixes
from bot.rasa.components.danger import DangerGuard
from bot.settings import Settings

_READ_AT_ONCE = 250
"""How many texts go through the components at a time: each takes some 200 kB meanwhile."""


class ModelUnreadable(Exception):
    """A model file that isn't whole; the message says what to do."""


class ActionsInProcess(EndpointConfig):
    """Stands where Rasa expects the address of an action server, and runs the actions here instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action that Rasa would have sent."""
        assert json is not None
        return await self._executor.run(json)


def load_beside(model: Path, agent: Agent) -> Agent:
    """Load another model for the conversations that an agent has: both keep them in the same place.

    For use from a thread: meanwhile, other threads get the interpreter back ten times as soon as usual.

    Raises:
        ModelUnreadable: the model's file was cut off or changed.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 10)
    try:
        return _loaded(model, forgetting_store(agent), agent.lock_store)
    finally:
        sys.setswitchinterval(usual)


def load_agent(model: Path, settings: Settings) -> Agent:
    """Load the trained model.

    Raises:
        RedisKeeps: Redis is asked for, but can't be used.
        NeverForgets: conversations would not be forgotten.
        ModelUnreadable: the model's file was cut off or changed, or is of another version.
    """
    fixes.apply()
    share_key(settings.pseudonym_key.get_secret_value() or None)
    redis_url, client = settings.redis_url.get_secret_value(), None
    if redis_url:
        check_redis(redis_url)
        client = connect(redis_url)
    return _loaded(model, _store(settings, client), ForgetfulLockStore(client) if client else None)


def _loaded(model: Path, store: ForgettingStore, locks: LockStore | None) -> Agent:
    try:
        agent = Agent.load(model_path=model, tracker_store=store, lock_store=locks, action_endpoint=ActionsInProcess())
    except (EOFError, tarfile.TarError, zlib.error, ModelNotFound) as error:
        raise ModelUnreadable(
            f"The model {model} can't be read ({type(error).__name__}). Delete it and try again: that trains a new one."
        ) from error
    except GraphComponentException as error:
        raise ModelUnreadable(
            f"The model {model} is of another version of the assistant. Train it with this one: python -m bot train"
        ) from error
    forgetting_store(agent)
    return agent


def rules_of(agent: Agent) -> DangerRules:
    """Return the rules for danger that an agent's model holds, or read those of data/danger if it has none."""
    assert agent.processor is not None
    components = (node._component for node in agent.processor.graph_runner._instantiated_nodes.values())
    return next((one.rules for one in components if isinstance(one, DangerGuard)), None) or danger_rules()


def read_each(agent: Agent, texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what Rasa understands of texts that each begin a conversation, in the form of its parse results.

    As rasa/core/processor.py:740 _parse_message_with_graph does for one.
    """
    texts, read = list(texts), {}
    processor = agent.processor
    assert processor is not None
    nlu = processor.model_metadata.nlu_target
    for first in range(0, len(texts), _READ_AT_ONCE):
        some = texts[first : first + _READ_AT_ONCE]
        inputs = {PLACEHOLDER_MESSAGE: list(map(UserMessage, some)), PLACEHOLDER_TRACKER: None}
        for text, message in zip(some, processor.graph_runner.run(inputs, [nlu])[nlu], strict=True):
            parsed = {"intent": {"name": None, "confidence": 0.0}, "entities": [], **message.as_dict(True)}
            processor._update_full_retrieval_intent(parsed)
            read[text] = parsed
    return read


def _store(settings: Settings, client: ImpatientRedis | None) -> ForgettingStore:
    promises = {
        "most_turns": settings.most_turns,
        "lifetime_minutes": settings.conversation_minutes,
        "idle_minutes": settings.idle_minutes,
    }
    if client:
        return ForgetfulRedisTrackerStore(client, **promises)
    return ForgetfulTrackerStore(**promises)
