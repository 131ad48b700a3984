"""What Rasa expects of a component holds for each of ours, in the smallest pipeline that it works in."""

from __future__ import annotations

import copy
import gc
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pytest
import yaml
from rasa.engine.exceptions import GraphSchemaValidationException
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.validation import validate
from rasa.shared.data import TrainingType
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.vocab import Vocab

from bot.content.conversations import conversations
from bot.danger import training
from bot.danger.messages import danger_documents
from bot.matching import conversations as learning
from bot.rasa import fixes, sources
from bot.rasa.components import topic
from bot.rasa.components.base import Component
from bot.rasa.components.danger import DangerGuard
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.english import EnglishOnly
from bot.rasa.components.message import READING
from bot.rasa.components.names import NameEntities
from bot.rasa.components.section import ServiceSection
from bot.rasa.components.topic import TopicMatcher
from tests.support import ROOT

COMPONENTS = [NameEntities, SentenceEncoder, EnglishOnly, DangerGuard, TopicMatcher, ServiceSection]
CONFIG = yaml.safe_load((ROOT / "config.yml").read_text())
SECTION = {"intent": {"section": "law"}}
EXAMPLES = [
    ("service/drug_checking", "is drug checking legal where i live", SECTION),
    ("service/drug_checking", "where can i have my pills tested", {"intent": {"section": "find"}}),
    ("section/cost", "what does it cost", None),
    ("chat/greet", "hello there", None),
    ("chat/thanks", "thank you so much", None),
    ("out_of_scope", "how tall is mount everest", None),
    ("urgent/overdose", "he took too much and does not wake up", None),
]
PLACES = ("kitchen", "garden", "bus", "station", "park", "club", "hall", "tent", "yard", "street", "shop", "lift")
RULES = {
    "answer": "urgent/overdose",
    "pairs": [
        {
            "message": f"she is blue and does not breathe in the {place}",
            "near_miss": f"she wore a blue dress and felt well in the {place}",
        }
        for place in PLACES
    ],
}
LONG = "well " * 30 + "and then where can i have my pills tested"
MESSAGES = [
    "is drug chekcing legal",
    "hello",
    "¿dónde puedo analizar mis pastillas esta noche?",
    "she does not breathe any more",
    LONG,
]


@dataclass(frozen=True)
class Pipeline:
    """A component behind all that it requires: as it was when it had learned, and as it was loaded."""

    kind: type[Component]
    trained: list[Component]
    loaded: list[Component]


def with_required(kind: type[Component]) -> list[type[Component]]:
    found: list[type[Component]] = []
    for required in kind.required_components():
        found += [one for one in with_required(required) if one not in found]
    return [*found, kind]


def made_up_examples() -> TrainingData:
    return TrainingData([
        Message({
            TEXT: text, "intent": label.partition("/")[0], "metadata": metadata or {},
            **({"intent_response_key": label} if "/" in label else {}),
        })
        for label, text, metadata in EXAMPLES
    ])  # fmt: skip


@pytest.fixture(scope="module")
def components(tmp_path_factory) -> dict[type[Component], tuple[Component, Component]]:
    """Each component, trained and loaded."""
    rules = tmp_path_factory.mktemp("danger")
    (rules / "pairs.yml").write_text(yaml.safe_dump(RULES))
    storage, data = LocalModelStorage.create(tmp_path_factory.mktemp("model")), made_up_examples()
    context, found = ExecutionContext(GraphSchema({})), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "danger_documents", lambda: danger_documents(rules))
        for name, few in {"LEARNED": 200, "SET_BY": 300, "SET_BY_LONG": 20}.items():
            patch.setattr(training, name, few)
        patch.setattr(topic, "STRANGE", 50)
        patch.setattr(learning, "conversations", lambda: islice(conversations(), 5))
        for kind in COMPONENTS:
            settings, resource = kind.get_default_config(), Resource(kind.__name__)
            component = kind.create(settings, storage, resource, context)
            component.train(data)
            if hasattr(component, "process_training_data"):
                data = component.process_training_data(data)
            found[kind] = component, kind.load(settings, storage, resource, context)
    return found


@pytest.fixture(params=COMPONENTS, ids=lambda kind: kind.__name__)
def pipeline(request, components) -> Pipeline:
    trained, loaded = zip(*(components[kind] for kind in with_required(request.param)), strict=True)
    return Pipeline(request.param, list(trained), list(loaded))


def process(components: list[Component], data: dict[str, Any]) -> Message:
    messages = [Message(data)]
    for component in components:
        messages = component.process(messages)
    return messages[0]


def output_for(components: list[Component], text: str) -> dict[str, Any]:
    return process(components, {TEXT: text}).as_dict(only_output_properties=True)


def assert_alike(one: Any, other: Any) -> None:
    """Compare outputs, numbers as far as the order of additions lets them be the same."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list):
        for part, its_like in zip(one, other, strict=True):
            assert_alike(part, its_like)
    else:
        assert one == (pytest.approx(other, abs=1e-5) if isinstance(other, float) else other)


@pytest.mark.parametrize("text", MESSAGES, ids=range(len(MESSAGES)))
def test_what_was_loaded_does_what_was_trained(pipeline, text):
    assert output_for(pipeline.loaded, text) == output_for(pipeline.trained, text)


@pytest.mark.parametrize("text", MESSAGES, ids=range(len(MESSAGES)))
def test_the_same_text_is_processed_alike_each_time(pipeline, text):
    assert output_for(pipeline.trained, text) == output_for(pipeline.trained, text)


def test_a_message_is_processed_alike_alone_and_among_others(pipeline):
    together = [Message({TEXT: text}) for text in MESSAGES]
    for component in pipeline.trained:
        together = component.process(together)
    for message, text in zip(together, MESSAGES, strict=True):
        assert_alike(message.as_dict(only_output_properties=True), output_for(pipeline.trained, text))


@pytest.mark.parametrize("data", [{TEXT: ""}, {TEXT: None}, {}], ids=["empty", "None", "no text"])
def test_a_message_without_text_gets_nothing(pipeline, data):
    found = process(pipeline.trained, dict(data)).as_dict(only_output_properties=True)
    assert {key: value for key, value in found.items() if value and key != TEXT} == {}


def test_only_blanks_are_processed_too(pipeline):
    assert output_for(pipeline.trained, "  \n ")[TEXT] == "  \n "


def test_works_with_its_default_settings(pipeline):
    assert pipeline.loaded[-1].config == pipeline.kind.get_default_config()


def test_its_settings_in_the_configuration_are_among_its_defaults(pipeline):
    kind = pipeline.kind
    (settings,) = [one for one in CONFIG["pipeline"] if one["name"] == f"{kind.__module__}.{kind.__name__}"]
    assert set(settings) - {"name"} <= set(kind.get_default_config())


def test_keeps_no_word_of_a_message(pipeline):
    process(pipeline.trained, {TEXT: "zanzibarqx hello " * 20})
    assert "zanzibarqx" not in words_kept_by(pipeline.trained[-1])


def words_kept_by(component: Component) -> str:
    """Return all strings that a component holds, directly or not, and those that its spaCy vocabulary knows."""
    seen: set[int] = set()
    waiting: list[Any] = [component.__dict__]
    words: list[str] = []
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type):
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            words.append(thing)
        if isinstance(thing, Vocab):
            words += list(thing.strings)
        if type(thing).__name__ not in ("module", "function", "builtin_function_or_method"):
            waiting += gc.get_referents(thing)
    return " ".join(words)


# Rasa's graph


def configuration(pipeline: list[dict[str, Any]]) -> Any:
    config = {"recipe": "default.v1", "language": "en", "assistant_id": "test", "pipeline": pipeline, "policies": []}
    return DefaultV1Recipe().graph_config_for_recipe(config, {}, TrainingType.NLU)


def named(kinds: list[type]) -> list[dict[str, Any]]:
    return [{"name": f"{kind.__module__}.{kind.__name__}"} for kind in kinds]


def test_rasa_accepts_the_configuration_and_what_we_put_in_place_of_its_own():
    fixes.apply()
    validate(DefaultV1Recipe().graph_config_for_recipe(copy.deepcopy(CONFIG), {}, TrainingType.BOTH))


@pytest.mark.parametrize("kind", COMPONENTS, ids=lambda kind: kind.__name__)
def test_rasa_accepts_it_behind_what_it_requires(kind):
    validate(configuration(named(with_required(kind))))


@pytest.mark.parametrize(
    ("kind", "required"),
    [(kind, required) for kind in COMPONENTS for required in kind.required_components()],
    ids=lambda kind: kind.__name__,
)
def test_rasa_refuses_it_without_what_it_requires(kind, required):
    with pytest.raises(GraphSchemaValidationException, match=f"require a {required.__name__}"):
        validate(configuration(named([one for one in with_required(kind) if one is not required])))


@pytest.mark.parametrize("kind", COMPONENTS, ids=lambda kind: kind.__name__)
def test_its_fingerprint_changes_with_what_it_reads(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "place_of", lambda _: tmp_path)
    before = kind.fingerprint_addon({})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "entities.yml").write_text("service: {}\n")
    assert kind.fingerprint_addon({}) != before


# What one leaves for the others


@pytest.fixture
def encoded(components) -> Message:
    return process([components[NameEntities][0], components[SentenceEncoder][0]], {TEXT: LONG})


def test_a_reading_has_vectors_of_both_layers(encoded):
    assert encoded.get(READING).whole.vectors.shape == (768,)


def test_a_reading_has_the_pieces_of_a_long_message(encoded):
    assert [len(piece.typed.split()) for piece in encoded.get(READING).pieces] == [20, 20, 19]


def test_a_reading_has_the_message_without_the_names_of_services(components):
    message = process([components[NameEntities][0], components[SentenceEncoder][0]], {TEXT: "is drug checking legal"})
    assert message.get(READING).nameless.typed == "is it legal"


def test_a_reading_printed_shows_no_words(encoded):
    assert "pills" not in repr(encoded.get(READING))


def test_rasas_own_components_get_the_vectors_as_features(encoded):
    features = encoded.get_dense_features(TEXT, [])[1].features
    assert np.array_equal(features[0], encoded.get(READING).whole.vectors)
