"""SentenceEncoder: a message without its typos, as vectors."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import yaml_files
from bot.matching.encoder import Encoder
from bot.matching.encoder_files import ENCODER_FILE, TOKENIZER_FILE, common_words, encoder_folder
from bot.matching.known_vectors import known_vectors
from bot.matching.names import names_in
from bot.matching.reading import Reader
from bot.matching.reference import Context
from bot.matching.spelling import Spelling
from bot.rasa.components.base import Component
from bot.rasa.components.context import context_of
from bot.rasa.components.message import ENCODE, READING, names_of
from bot.rasa.components.names import ENTITIES_FILE, NameEntities


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoder(Component):
    """Puts a message's typos right and encodes it; the other components read what it found out (`READING`).

    The message's vector is a dense sentence feature too, shape (1, 768), for Rasa's own components. The model carries
    the encoder.
    """

    _reader: Reader

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what finds the names of services, which one of the vectors is without."""
        return [NameEntities]

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the encoder in the model, building it if that wasn't done yet, and learn the words."""
        built = encoder_folder()
        texts = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
        names = names_in(yaml_files.read(ENTITIES_FILE).data)

        def write(folder: Path) -> None:
            for name in (ENCODER_FILE, TOKENIZER_FILE):
                shutil.copyfile(built / name, folder / name)
            Spelling.learn([*texts, *names], common_words(folder)).save(folder)

        return self.keep(write)

    def read(self, folder: Path) -> None:
        """Read the encoder and the words."""
        self._reader = Reader(Encoder(folder), Spelling.load(folder))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Read the examples, as many side by side as there are processors."""
        with known_vectors() as known, ThreadPoolExecutor(os.cpu_count()) as pool:
            reader = self._reader.encoding_with(known)
            list(pool.map(lambda example: _read(example, reader), training_data.training_examples))
        return training_data

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Add what is found out about it to each message that has text."""
        for message in messages:
            message.set(ENCODE, self._reader.encode)
            _read(message, self._reader, context_of(tracker))
        return messages


def _read(message: Message, reader: Reader, context: Context | None = None) -> None:
    if text := message.get(TEXT):
        names = names_of(message)
        reading = reader.read(text, names, context.title, context.before) if context else reader.read(text, names)
        message.set(READING, reading)
        vectors = reading.whole.vectors[None, :]
        message.add_features(Features(vectors, FEATURE_TYPE_SENTENCE, TEXT, SentenceEncoder.__name__))
