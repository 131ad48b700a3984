"""The systems of the benchmark. Each learns from the same examples, and ranks labels for a question.

Rasa's pipelines run through Rasa's own training and parsing, ours too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import yaml

from benchmarks import ROOT
from bot.content.answers import OUT_OF_SCOPE
from bot.evaluation.tables import Sentence
from bot.matching.encoder import LAST_LAYER

CONFIG = ROOT / "config.yml"
_FEATURIZERS: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
"""What a new project of Rasa 3.6.21 gets (rasa/engine/recipes/config_files/default_config.yml)."""


@dataclass(frozen=True)
class Ranked:
    """Labels for a question, the likeliest first, and how sure the system is that the first is right."""

    labels: tuple[str, ...]
    confidence: float


class System(Protocol):
    """What the benchmark asks of a system."""

    name: str

    def train(self, examples: Sequence[Sentence], folder: Path) -> None:
        """Learn, and write what was learned into a folder."""

    def load(self, folder: Path) -> None:
        """Read what was learned."""

    def rank(self, text: str) -> Ranked:
        """Rank labels for a question."""


class RasaPipeline:
    """A pipeline of Rasa; `retrieval` asks it for intents `group/name` with a response selector."""

    def __init__(self, name: str, pipeline: Sequence[dict[str, Any]] | None, retrieval: bool) -> None:
        self.name = name
        self._pipeline = pipeline
        self._retrieval = retrieval

    def train(self, examples: Sequence[Sentence], folder: Path) -> None:
        """Train with Rasa's own command."""
        from rasa.engine.caching import LocalTrainingCache
        from rasa.model_training import train_nlu

        from bot.rasa.fixes import apply

        apply()
        # Of what an earlier run has trained, nothing is taken, or the seconds would not be true.
        LocalTrainingCache._get_cache_location = staticmethod(lambda: folder / "cache")
        pipeline = self._pipeline or _own_pipeline()
        config = {"recipe": "default.v1", "language": "en", "assistant_id": "benchmark", "pipeline": pipeline}
        by_label: dict[str, list[str]] = {}
        for example in examples:
            by_label.setdefault(self._intent(example.label), []).append(example.text)
        nlu = [
            {"intent": label, "examples": "".join(f"- {text}\n" for text in texts)} for label, texts in by_label.items()
        ]
        data: dict[str, Any] = {"version": "3.1", "nlu": nlu}
        if self._retrieval:
            data["responses"] = {f"utter_{label}": [{"text": label}] for label in by_label if "/" in label}
        (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        (folder / "nlu.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model")

    def load(self, folder: Path) -> None:
        """Load the model as Rasa's server does."""
        from rasa.core.agent import Agent

        from bot.rasa.fixes import apply

        apply()
        self._agent = Agent.load(str(folder / "model.tar.gz"))

    def rank(self, text: str) -> Ranked:
        """Parse a question as Rasa's server does."""
        parsed = asyncio.run(self._agent.parse_message(text))
        intents = [entry for entry in parsed["intent_ranking"] if entry["name"] != "nlu_fallback"]
        confidence = float(intents[0]["confidence"]) if intents else 0.0
        if not self._retrieval:
            return Ranked(tuple(entry["name"].replace("__", "/") for entry in intents), confidence)
        selectors = parsed.get("response_selector", {})  # Missing if Rasa knows no word of the question.
        found = selectors.get(parsed["intent"]["name"]) or selectors.get("default") or {}
        labels = [entry["intent_response_key"] for entry in found.get("ranking", [])]
        if intents and intents[0]["name"] == OUT_OF_SCOPE:
            labels.insert(0, OUT_OF_SCOPE)
        return Ranked(tuple(dict.fromkeys(labels)), confidence)

    def _intent(self, label: str) -> str:
        return label if self._retrieval else label.replace("/", "__")


class Ours(RasaPipeline):
    """This project's pipeline, config.yml, with its own thresholds: a fallback says `out_of_scope`."""

    def __init__(self) -> None:
        super().__init__("ours", None, retrieval=True)

    def rank(self, text: str) -> Ranked:
        """Parse a question as Rasa's server does; the decision is the pipeline's own."""
        parsed = asyncio.run(self._agent.parse_message(text))
        selectors = parsed.get("response_selector", {})  # Missing if the question isn't English.
        rankings = [found["ranking"] for key, found in selectors.items() if key != "all_retrieval_intents"]
        labels = [entry["intent_response_key"] for ranking in rankings for entry in ranking]
        if parsed["intent"]["name"] in (OUT_OF_SCOPE, "not_english") or not labels:
            labels.insert(0, OUT_OF_SCOPE)
        return Ranked(tuple(dict.fromkeys(labels)), float(parsed["intent"]["confidence"]))


class NearestNeighbour:
    """The label of the example whose vector is nearest by cosine: of tf-idf words, or of MiniLM."""

    def __init__(self, name: str, dense: bool) -> None:
        self.name = name
        self._dense = dense

    def train(self, examples: Sequence[Sentence], folder: Path) -> None:
        """Keep the examples' vectors."""
        import joblib
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = [example.text for example in examples]
        words = None if self._dense else TfidfVectorizer(sublinear_tf=True, dtype=np.float32).fit(texts)
        vectors = self._encoder().encode_all(texts)[:, :LAST_LAYER] if words is None else words.transform(texts)
        joblib.dump((words, vectors, [example.label for example in examples]), folder / "neighbours.joblib")

    def load(self, folder: Path) -> None:
        """Read the examples' vectors, which `train` wrote a moment ago."""
        import joblib

        self._words, self._vectors, self._labels = joblib.load(folder / "neighbours.joblib")
        self._encode = self._encoder().encode if self._dense else None

    def rank(self, text: str) -> Ranked:
        """Rank labels by their nearest example."""
        if self._encode:
            nearness = self._vectors @ self._encode(text)[:LAST_LAYER]
        else:
            nearness = (self._vectors @ self._words.transform([text]).T).toarray()[:, 0]
        order = np.argsort(-nearness, kind="stable")
        return Ranked(tuple(dict.fromkeys(self._labels[at] for at in order[:200])), float(nearness[order[0]]))

    @staticmethod
    def _encoder() -> Any:
        from bot.matching.encoder import Encoder
        from bot.matching.encoder_files import encoder_folder

        return Encoder(encoder_folder())


def _own_pipeline() -> list[dict[str, Any]]:
    """Return config.yml's pipeline, without what finds danger and sections: they learn from other messages too."""
    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]
    return [component for component in pipeline if not component["name"].endswith((".DangerGuard", ".ServiceSection"))]


def systems() -> list[System]:
    """Return the systems in the order of the table; ours is the last."""
    return [
        NearestNeighbour("tf-idf nearest neighbour", dense=False),
        RasaPipeline("Rasa, `rasa init`", _FEATURIZERS, retrieval=False),
        RasaPipeline("Rasa, retrieval intents", _FEATURIZERS, retrieval=True),
        NearestNeighbour("MiniLM nearest neighbour", dense=True),
        Ours(),
    ]
