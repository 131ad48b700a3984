"""NameEntities: which services and substances a message names."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import DATA, yaml_files
from bot.matching.names import NameFinder
from bot.rasa.components.base import Component

ENTITIES_FILE = DATA / "entities.yml"
_FILE = "names.json"


@DefaultV1Recipe.register(
    # Registered as a featurizer too, because Rasa lets only those work on the examples before others learn from them.
    [DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=True,
)
class NameEntities(Component, EntityExtractorMixin):
    """Entities `service` and `substance`, found by name."""

    _finder: NameFinder

    @classmethod
    def required_components(cls) -> list[type]:
        """Return nothing: this reads the text alone."""
        return []

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the names in the model."""
        names = json.dumps(yaml_files.read(ENTITIES_FILE).data)
        return self.keep(lambda folder: _write(folder / _FILE, names))

    def read(self, folder: Path) -> None:
        """Read the names."""
        self._finder = NameFinder(json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mark the names in the examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the names that each message has to its entities."""
        for message in messages:
            found = [
                {"entity": name.kind, "value": name.value, "start": name.start, "end": name.end}
                for name in self._finder.find(message.get(TEXT) or "")
            ]
            entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
