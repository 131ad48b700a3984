"""What Rasa imports and nothing uses is left out; what a component needs is there."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import import_module

import pytest
import yaml

from bot.rasa.unused_libraries import NEED_TENSORFLOW, NotLoaded, _StandIns, needs_tensorflow
from tests.support import ROOT

TRAINED = """
import sys
from pathlib import Path

from bot.rasa.unused_libraries import leave_out_unused_libraries

folder = Path(sys.argv[1])
leave_out_unused_libraries(folder / "config.yml")

from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from bot.rasa import fixes

fixes.apply()
train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model")
Agent.load(str(folder / "model.tar.gz"))
print(getattr(sys.modules["tensorflow"], "__version__", "left out"))
"""
EXAMPLES = {
    "nlu": [
        {"intent": "greet", "examples": "- hello\n- hi\n- good morning"},
        {"intent": "bye", "examples": "- bye\n- see you\n- good night"},
    ]
}


SMALL = {"epochs": 1, "entity_recognition": False, "number_of_transformer_layers": 0, "run_eagerly": True}
"""Settings with which DIET takes the least time: what it learns matters to no test."""


def config_with(*components: str, **settings: object) -> str:
    return yaml.safe_dump(
        {"recipe": "default.v1", "language": "en", "assistant_id": "test", "pipeline": [{"name": name, **settings} for name in components]}
    )  # fmt: skip


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [_StandIns({"made_up"}), *sys.meta_path])
    yield import_module("made_up.deep.below")
    for name in ("made_up", "made_up.deep", "made_up.deep.below"):
        del sys.modules[name]


def test_our_configuration_needs_no_tensorflow():
    assert not needs_tensorflow()


@pytest.mark.parametrize(
    "component",
    ["DIETClassifier", "rasa.nlu.classifiers.diet_classifier.DIETClassifier", "someone.elses.Classifier"],
)
def test_a_component_that_needs_tensorflow_or_may_need_it_gets_it(tmp_path, component):
    (tmp_path / "config.yml").write_text(config_with("WhitespaceTokenizer", component))
    assert needs_tensorflow(tmp_path / "config.yml")


@pytest.mark.parametrize("broken", ["pipeline: [", "- a list", "pipeline: [{no: name}]"])
def test_a_broken_configuration_is_left_to_rasa(tmp_path, broken):
    (tmp_path / "config.yml").write_text(broken)
    assert needs_tensorflow(tmp_path / "config.yml")


def test_all_of_rasas_components_on_tensorflow_are_known():
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS

    on_tensorflow = {
        component.__name__
        for component in DEFAULT_COMPONENTS
        if "import tensorflow as tf" in inspect.getsource(import_module(component.__module__))
    }
    assert on_tensorflow == NEED_TENSORFLOW


@pytest.mark.parametrize(
    ("classifier", "settings", "tensorflow"),
    [("DIETClassifier", SMALL, "2.12"), ("LogisticRegressionClassifier", {}, "left out")],
    ids=["DIETClassifier", "LogisticRegressionClassifier"],
)
def test_a_pipeline_trains_and_loads_with_tensorflow_only_if_it_needs_it(tmp_path, classifier, settings, tensorflow):
    pipeline = config_with("WhitespaceTokenizer", "CountVectorsFeaturizer", classifier, **settings)
    (tmp_path / "config.yml").write_text(pipeline)
    (tmp_path / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", **EXAMPLES}))
    done = subprocess.run(
        [sys.executable, "-c", TRAINED, str(tmp_path)],
        cwd=ROOT, env={**os.environ, "RASA_CACHE_DIRECTORY": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(tensorflow)


def test_a_stand_in_can_be_written_as_a_type_and_subclassed(stand_in):
    class Layer(stand_in.keras.Layer):
        def call(self, inputs: stand_in.Tensor | None) -> None: ...

    assert issubclass(Layer, stand_in.anything)


@pytest.mark.parametrize("arguments", [(), ("a name",)])
def test_a_stand_in_leaves_a_function_as_it_is(stand_in, arguments):
    def function() -> int:
        return 1

    decorated = stand_in.function(*arguments)(function) if arguments else stand_in.function(function)
    assert decorated is function


def test_a_part_can_be_left_out_of_a_library_that_is_there(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [_StandIns({"email.made_up"}), *sys.meta_path])
    made_up = import_module("email.made_up.below")
    monkeypatch.delitem(sys.modules, "email.made_up.below")
    monkeypatch.delitem(sys.modules, "email.made_up")
    assert (type(made_up).__name__, import_module("email.message").__name__) == ("_InertModule", "email.message")


def test_what_would_really_use_a_stand_in_says_so(stand_in):
    class Classifier(stand_in.Model): ...

    with pytest.raises(NotLoaded, match="Classifier uses a library that is left out"):
        Classifier()
