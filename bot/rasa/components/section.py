"""ServiceSection: what a message asks about a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT_RANKING_KEY, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.answers import SECTION_GROUP
from bot.matching.encoder import meaning
from bot.matching.matcher import Candidate, Matcher
from bot.matching.names import SERVICE
from bot.rasa.components.base import Component
from bot.rasa.components.context import section_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import IS_PLACE, is_settled, names_of, with_readings
from bot.rasa.components.names import NameEntities

SECTION_ENTITY = "section"
SERVICE_GROUP = "service"
GENERAL = "general"
"""The section of questions about a service that ask for nothing in particular."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ServiceSection(Component, EntityExtractorMixin):
    """Entity `section`: what a message wants to know about a service, whichever service it is.

    Learns from the examples of `section/…` and from those of services that carry `metadata: {section: …}`, all read
    without the names of services. A message is about a service if it names one, or if TopicMatcher ranks services among
    the first two groups.
    """

    _matcher: Matcher

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what finds names and makes vectors.

        Not TopicMatcher, though its ranking is read: Rasa looks for what a component needs in the graph for training
        too, where classifiers stand beside each other (rasa/engine/validation.py:505 _validate_required_components).
        """
        return [NameEntities, SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the confidence from which on a section is named at all."""
        return {"threshold": 0.25}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have a section."""
        examples = [
            (reading.nameless, section)
            for example, reading in with_readings(training_data.intent_examples)
            if (section := _section(example))
        ]
        matcher = Matcher.train(
            [passage.read for passage, _ in examples],
            meaning(np.stack([passage.vectors for passage, _ in examples])),
            [section for _, section in examples],
        )
        return self.keep(matcher.save)

    def read(self, folder: Path) -> None:
        """Read the matcher."""
        self._matcher = Matcher.load(folder)

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Add the section to the entities of messages about a service; of a place alone, the section of before."""
        before = section_of(tracker)
        for message, reading in with_readings(messages):
            if is_settled(message) or not _is_about_a_service(message):
                continue
            if before and message.get(IS_PLACE):
                best = Candidate(before, 1.0)
            else:
                best = self._matcher.rank(reading.nameless.read, meaning(reading.nameless.vectors))[0]
            if best.confidence >= self.config["threshold"] and best.label != GENERAL:
                found = {
                    "entity": SECTION_ENTITY, "value": best.label, "confidence_entity": best.confidence,
                    "start": 0, "end": len(reading.whole.typed),
                }  # fmt: skip
                entities = message.get(ENTITIES, []) + self.add_extractor_name([found])
                message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _section(example: Message) -> str | None:
    group, _, name = example.get_full_intent().partition("/")
    if group == SECTION_GROUP:
        return str(name)
    section = (example.get(METADATA) or {}).get(METADATA_INTENT, {}).get("section")
    return str(section) if section else None


def _is_about_a_service(message: Message) -> bool:
    return any(name.kind == SERVICE for name in names_of(message)) or any(
        group["name"] in (SERVICE_GROUP, SECTION_GROUP) for group in (message.get(INTENT_RANKING_KEY) or [])[:2]
    )
