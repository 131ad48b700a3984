"""The graph components that Rasa runs, thin over the parts beside this file. Named in config.yml."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    METADATA,
    METADATA_INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import DATA, yaml_files
from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP
from bot.danger.messages import DANGER
from bot.matching.conversion import ENCODER_CACHE, ENCODER_FILE, TOKENIZER_FILE, converted_encoder
from bot.matching.decision import CLARIFY, FALLBACK, URGENT_GROUP, Thresholds, decide
from bot.matching.encoder import Encoder, Vectors, meaning
from bot.matching.language import Languages, copy_model
from bot.matching.matcher import Candidate, Matcher
from bot.matching.names import SERVICE, SUBSTANCE, Name, NameFinder, names_in, without_services
from bot.matching.typos import Spelling

ENTITIES_FILE = DATA / "entities.yml"
CLARIFY_INTENT = "clarify"
SECTION_ENTITY = "section"
SERVICE_GROUP = "service"
NOT_ENGLISH_INTENT = "not_english"
NAMELESS = "text_without_services"
AS_READ = "_as_read"
"""What is added to the name of a text's attribute for the text as it is read: small letters, slips put right."""
SHARE_KNOWN = "share_known"
PIECES = "pieces"
"""The pieces of a long message, each with its vectors: danger drowns in a long story."""
LONG_WORDS, PIECE_WORDS = 30, 20
"""How many words a message has at most that is read as a whole only, and how many a piece has."""
GENERAL = "general"
"""The section of questions about a service that ask for nothing in particular."""
RANKED = 10
"""How many candidates go into a message's ranking."""

_Self = TypeVar("_Self", bound="Component")


def _code() -> list[Path]:
    package = Path(__file__).parents[1]
    return [path for room in ("matching", "danger", "rasa") for path in package.glob(f"{room}/**/*.py")]


class Component(GraphComponent):
    """What the components share: their settings, and a folder in the model for what they have learned."""

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

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Make Rasa's training cache notice a change of the code, of the names, and of the rules for danger."""
        digest = hashlib.sha256()
        for path in sorted([*_code(), ENTITIES_FILE, *DANGER.glob("*.yml")]):
            digest.update(path.read_bytes())
        return digest.hexdigest()


@DefaultV1Recipe.register(
    # Registered as a featurizer too, because Rasa lets only those work on the examples before others learn from them.
    [DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER],
    is_trainable=True,
)
class NameEntities(Component, EntityExtractorMixin):
    """Entities `service` and `substance`, found by name."""

    _finder: NameFinder

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the names in the model."""
        names = yaml_files.read(ENTITIES_FILE).data
        with self._storage.write_to(self._resource) as folder:
            (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
            self.read(folder)
        return self._resource

    def read(self, folder: Path) -> None:
        """Read the names."""
        self._finder = NameFinder(json.loads((folder / "names.json").read_text(encoding="utf-8")))

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


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(Component):
    """Reads a message through slips of the finger, and adds dense sentence features.

    They are the vector of the message, and that of the message without the names of services. The model carries the
    encoder.
    """

    encoder: Encoder
    spelling: Spelling

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the encoder in the model, converting its weights if that wasn't done yet, and learn the words."""
        converted = converted_encoder(ENCODER_CACHE)
        with self._storage.write_to(self._resource) as folder:
            for name in (ENCODER_FILE, TOKENIZER_FILE):
                shutil.copyfile(converted / name, folder / name)
            texts = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
            english = Encoder(folder).common_words()
            Spelling.learn([*texts, *names_in(yaml_files.read(ENTITIES_FILE).data)], english).save(folder)
            self.read(folder)
        return self._resource

    def read(self, folder: Path) -> None:
        """Read the encoder and the words."""
        self.encoder = Encoder(folder)
        self.spelling = Spelling.load(folder)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the examples, as many side by side as there are processors."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda example: self.process([example]), training_data.training_examples))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add its vectors, and what they are made of, to each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            vector = self._read(message, TEXT, text)
            nameless = without_services(text, _names(message))
            self._read(message, NAMELESS, nameless, vector if nameless == text else None)
            message.set(SHARE_KNOWN, self.spelling.share_known(text))
            message.set(PIECES, [(piece, self.encoder.encode(self.spelling.read(piece))) for piece in pieces_of(text)])
        return messages

    def _read(self, message: Message, attribute: str, text: str, vector: Vectors | None = None) -> Vectors:
        as_read = self.spelling.read(text)
        message.set(attribute + AS_READ, as_read)
        if vector is None:
            vector = self.encoder.encode(as_read)
        message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, attribute, type(self).__name__))
        return vector


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicMatcher(Component, IntentClassifier):
    """Finds the answer that a message asks for, and decides: answer, ask back, or fall back.

    It fills what Rasa's own classifiers and response selector fill, so that Rasa's tools keep working:
    `intent` is the group (`clarify` or `out_of_scope` if no answer is sure enough), `response_selector` has the ranking
    of full ids.
    """

    _matcher: Matcher
    _thresholds: Thresholds

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the thresholds; config.yml can change them."""
        return dataclasses.asdict(Thresholds())

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the example questions."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) != URGENT_GROUP
        ]
        matcher = Matcher.train(
            [_as_read(example) for example in examples],
            meaning(np.stack([sentence_vector(example) for example in examples])),
            [example.get_full_intent() for example in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            matcher.save(folder)
            self.read(folder)
        return self._resource

    def read(self, folder: Path) -> None:
        """Read the matcher."""
        self._matcher = Matcher.load(folder)
        settings = {name: self.config[name] for name in self.get_default_config()}
        self._thresholds = Thresholds(**settings)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set each message's intent and ranking."""
        for message in messages:
            if message.get(TEXT) and not is_settled(message):
                self._classify(message, self._matcher.rank(_as_read(message), meaning(sentence_vector(message))))
        return messages

    def _classify(self, message: Message, ranking: list[Candidate]) -> None:
        decision = decide(ranking, self._thresholds)
        best = decision.candidates[0]
        group = {CLARIFY: CLARIFY_INTENT, FALLBACK: OUT_OF_SCOPE}.get(decision.kind) or _group(best)
        groups: dict[str, float] = {}
        for candidate in ranking:
            groups.setdefault(_group(candidate), candidate.confidence)
        by_group = [{"name": name, "confidence": confidence} for name, confidence in groups.items()]
        message.set(INTENT, {"name": group, "confidence": best.confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, by_group, add_to_output=True)
        ids = [{INTENT_RESPONSE_KEY: c.label, "confidence": c.confidence} for c in decision.candidates[:RANKED]]
        selector = {
            "all_retrieval_intents": sorted(name for name in groups if name != OUT_OF_SCOPE),
            group: {"response": {**ids[0], "utter_action": f"utter_{best.label}"}, "ranking": ids},
        }
        message.set("response_selector", selector, add_to_output=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ServiceSection(Component, EntityExtractorMixin):
    """Entity `section`: what a message wants to know about a service, whichever service it is.

    Learns from the examples of `section/…` and from those of services that carry `metadata: {section: …}`, all read
    without the names of services.
    """

    _matcher: Matcher

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must stand before this in the pipeline."""
        return [NameEntities, SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the confidence from which on a section is named at all."""
        return {"threshold": 0.25}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples."""
        examples = [(example, section) for example in training_data.intent_examples if (section := _section(example))]
        matcher = Matcher.train(
            [_as_read(example, NAMELESS) for example, _ in examples],
            meaning(np.stack([sentence_vector(example, NAMELESS) for example, _ in examples])),
            [section for _, section in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            matcher.save(folder)
            self.read(folder)
        return self._resource

    def read(self, folder: Path) -> None:
        """Read the matcher."""
        self._matcher = Matcher.load(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the section to the entities of messages about a service."""
        for message in messages:
            text = message.get(TEXT)
            if text and not is_settled(message) and _is_about_a_service(message):
                vector = meaning(sentence_vector(message, NAMELESS))
                best = self._matcher.rank(_as_read(message, NAMELESS), vector)[0]
                if best.confidence >= self.config["threshold"] and best.label != GENERAL:
                    found = {
                        "entity": SECTION_ENTITY, "value": best.label, "confidence_entity": best.confidence,
                        "start": 0, "end": len(text),
                    }  # fmt: skip
                    entities = message.get(ENTITIES, []) + self.add_extractor_name([found])
                    message.set(ENTITIES, entities, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class EnglishOnly(Component, IntentClassifier):
    """Sets the intent `not_english` on messages in other languages. DangerGuard may overrule it, nothing else does."""

    _languages: Languages

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what must stand before this in the pipeline."""
        return [SentenceEncoder]

    def train(self, training_data: TrainingData) -> Resource:
        """Keep in the model what tells languages apart."""
        with self._storage.write_to(self._resource) as folder:
            copy_model(folder)
            self.read(folder)
        return self._resource

    def read(self, folder: Path) -> None:
        """Read what tells languages apart."""
        self._languages = Languages(folder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark messages that aren't English."""
        for message in messages:
            text = message.get(TEXT)
            if text and not self._languages.is_english(text, message.get(SHARE_KNOWN)):
                message.set(INTENT, {"name": NOT_ENGLISH_INTENT, "confidence": 1.0}, add_to_output=True)
        return messages


def pieces_of(text: str) -> list[str]:
    """Return the pieces of a long text, each overlapping the next by half; none of a short one."""
    words = text.split()
    if len(words) <= LONG_WORDS:
        return []
    step = PIECE_WORDS // 2
    return [" ".join(words[start : start + PIECE_WORDS]) for start in range(0, len(words) - step, step)]


def is_settled(message: Message) -> bool:
    """Tell whether a message speaks of danger or isn't English; then nothing else matters."""
    return is_foreign(message) or bool((message.get(INTENT) or {}).get("name") == URGENT_GROUP)


def is_foreign(message: Message) -> bool:
    """Tell whether EnglishOnly has marked a message."""
    return bool((message.get(INTENT) or {}).get("name") == NOT_ENGLISH_INTENT)


def _as_read(message: Message, attribute: str = TEXT) -> str:
    return str(message.get(attribute + AS_READ))


def sentence_vector(message: Message, attribute: str = TEXT) -> Vectors:
    """Return the vectors that SentenceEncoder gave a message, of both layers: shape (768,)."""
    _, sentence = message.get_dense_features(attribute, [])
    assert sentence is not None, "SentenceEncoder must stand before this in config.yml"
    vector: Vectors = sentence.features[0]
    return vector


def _names(message: Message) -> list[Name]:
    return [
        Name(found["entity"], found["value"], found["start"], found["end"])
        for found in message.get(ENTITIES, [])
        if found["entity"] in (SERVICE, SUBSTANCE)
    ]


def _section(example: Message) -> str | None:
    group, _, name = example.get_full_intent().partition("/")
    if group == SECTION_GROUP:
        return str(name)
    section = (example.get(METADATA) or {}).get(METADATA_INTENT, {}).get("section")
    return str(section) if section else None


def _is_about_a_service(message: Message) -> bool:
    return any(name.kind == SERVICE for name in _names(message)) or any(
        candidate["name"] in (SERVICE_GROUP, SECTION_GROUP) for candidate in message.get(INTENT_RANKING_KEY)[:2]
    )


def _group(candidate: Candidate) -> str:
    return candidate.label.partition("/")[0]
