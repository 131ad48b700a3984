"""Leaves out the libraries that Rasa and spaCy import and nothing here uses: most of the memory and time of a start.

Rasa 3.6.21 imports what all of its components (rasa/engine/recipes/default_components.py:1), channels
(rasa/core/channels/__init__.py:4) and stores (rasa/core/tracker_store.py:35) use, whichever of them are asked for. So
those imports get an inert stand-in: names that can be subclassed, put above a function or written as a type, and no
more. Whatever would really use one of them raises `NotLoaded`. Rasa's own commands load all of them as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bot.content import ROOT

NEED_TENSORFLOW = frozenset({
    "ConveRTFeaturizer",
    "DIETClassifier",
    "LanguageModelFeaturizer",
    "ResponseSelector",
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
})  # fmt: skip
"""Rasa's components that run on TensorFlow."""
_TENSORFLOW = frozenset({
    "tensorflow",  # 350 MB, with Keras and JAX.
    "keras",
    "h5py",  # 12 MB: how Keras keeps weights; spaCy asks for it too.
})  # fmt: skip
"""Left out where no component of config.yml needs it."""
_CHANNELS_AND_STORES = frozenset({
    "aiogram",  # 5 MB: Rasa's channel for Telegram; ours uses another library.
    "boto3",  # 6 MB: a store in DynamoDB.
    "botocore",
    "pymongo",  # 6 MB: a store in MongoDB.
    "questionary",  # 5 MB: `rasa shell`.
    "slack_sdk",  # 3 MB: the channel for Slack.
    "socketio",  # 3 MB: the channel for Socket.IO.
    "twilio",  # 1 MB: the channels for Twilio.
    "webexteamssdk",  # 1 MB: the channel for Webex.
})  # fmt: skip
"""Left out always: ours are the only channels and stores."""
_COMMANDS = frozenset({
    "dask",  # Runs Rasa's graph, which bot/rasa/fixes.py does without.
    "spacy.cli",  # What is typed after `python -m spacy`.
})  # fmt: skip
"""Left out always, for the half second that they take of a start."""
_SQL = "sqlalchemy"
_NOT_FOR_SERVING = frozenset({
    "matplotlib",  # 7 MB: pictures.
    "scipy.stats",  # Half a second of a start, for parts of scikit-learn that serving does without.
    _SQL,  # 11 MB: the training cache, stores in SQL, and our counts.
})  # fmt: skip
_CONFIG = ROOT / "config.yml"


class NotLoaded(Exception):
    """Something uses a library that was left out; the message says what to do."""


def leave_out_unused_libraries(config: Path = _CONFIG) -> None:
    """Give Rasa stand-ins; for TensorFlow too, unless a component of a configuration needs it.

    Call it before Rasa is imported. What is imported already stays.
    """
    sys.meta_path.insert(0, _StandIns(_CHANNELS_AND_STORES | _COMMANDS))
    if not needs_tensorflow(config):
        sys.meta_path.insert(0, _StandIns(_TENSORFLOW))


def leave_out_what_serving_does_without(counts: bool = False) -> None:
    """Give stand-ins for what only training, figures and counts need; call it before anything is loaded to serve."""
    sys.meta_path.insert(0, _StandIns(_NOT_FOR_SERVING - ({_SQL} if counts else set())))


def needs_tensorflow(config: Path = _CONFIG) -> bool:
    """Tell whether a component needs TensorFlow: one of Rasa's that does, or someone else's, which may.

    A configuration that can't be read is left to Rasa to complain about.
    """
    try:
        settings = yaml.safe_load(config.read_text(encoding="utf-8"))
        names = [entry["name"] for part in ("pipeline", "policies") for entry in settings.get(part) or ()]
    except (OSError, ValueError, yaml.YAMLError, AttributeError, KeyError, TypeError):
        return True
    return any(name.rpartition(".")[2] in NEED_TENSORFLOW or not _is_known(name) for name in names)


def _is_known(component: str) -> bool:
    return "." not in component or component.startswith(("rasa.", "bot."))


class _InertType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Inert

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Stand above a function: `@decorator` leaves it as it is, `@decorator(…)` returns what does so."""
        if cls is not _Inert:
            raise NotLoaded(
                f"{cls.__name__} uses a library that is left out, since nothing is known to need it. "
                f"Change what is left out in {__name__}."
            )
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else _Inert


class _Inert(metaclass=_InertType):
    """Anything that a library has which is left out."""


class _InertModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        return getattr(_Inert, name)


class _StandIns(MetaPathFinder, Loader):
    """Finds an inert module wherever one of some libraries, or of parts of them, is imported."""

    def __init__(self, left_out: Collection[str]) -> None:
        self._left_out = left_out

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return where an import finds its module; None leaves that to others."""
        parts = name.split(".")
        left_out = any(".".join(parts[:end]) in self._left_out for end in range(1, len(parts) + 1))
        return ModuleSpec(name, self, is_package=True) if left_out else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return _InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the stand-in is whole."""
