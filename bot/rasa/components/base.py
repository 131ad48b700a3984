"""What all components share: how Rasa makes them, and a folder in the model for what they have learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.rasa.sources import COMPONENTS, digest_of

_Self = TypeVar("_Self", bound="Component")


class Component(GraphComponent):
    """A component that learns, writes what it has learned into the model, and reads it from there."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self.config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[_Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _Self:
        """Make the component before it has learned anything."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[_Self],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> _Self:
        """Make the component from what it has learned."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.read(folder)
        return component

    def read(self, folder: Path) -> None:
        """Read what was learned from the model's folder."""
        raise NotImplementedError

    def keep(self, write: Callable[[Path], None]) -> Resource:
        """Let `write` put what was learned into the model's folder, then read it from there."""
        with self._storage.write_to(self._resource) as folder:
            write(folder)
            self.read(folder)
        return self._resource

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Return what makes Rasa's training cache notice a change to code and data that Rasa doesn't know of."""
        return digest_of(COMPONENTS)
