"""Recognises danger by rules that staff write (data/danger/). Knows no Rasa, so that it works when Rasa does not."""

from __future__ import annotations

import functools
import json
import logging
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.matcher import Matcher as TokenMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.content import DATA
from bot.content.answers import Address
from bot.content.examples import example_questions
from bot.content.yaml_files import Document
from bot.danger.messages import DANGER, NOT_URGENT, danger_documents, labelled_messages
from bot.matching.encoder_files import EncoderUnavailable, common_words, encoder_folder
from bot.matching.typos import RULES, near

MOST_WORDS_BETWEEN = 4
"""How many words `..` stands for at most."""
_OFTEN = 2
"""How many times a word must occur among examples and messages to be right as it stands."""
_COMMON = 30_000
"""How many of the commonest English words are never taken for typos: all that the encoder knows whole."""
_NOT_NOW, _NOW = "<not now>", "<now>"
"""What wordings of either kind mean, written unlike any sign's name."""
_PARTS = ("answer", "lists", "patterns", "priority", "not_now", "now", "follow_ups")
"""What rules are made of. The messages beside them are only learned from."""
_FILE = "danger_rules.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sign:
    """A sign of danger that was found: the urgent answer that it leads to, and its name, which is its file's."""

    answer_id: str
    name: str

    @property
    def answer(self) -> Address:
        """The address of the urgent answer."""
        return Address(self.answer_id)


@dataclass(frozen=True)
class Screened:
    """What the rules make of a message: a sign of danger, and whether the wording says that it isn't happening now."""

    sign: Sign | None
    not_now: bool

    @property
    def urgent(self) -> bool:
        """Whether someone is in danger now, as far as the rules can tell."""
        return self.sign is not None and not self.not_now


class _Patterns:
    """Patterns and what they mean; each is looked for only in messages that have all words that it can't do without."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._needs: dict[str, int] = {}
        self._by_word: dict[str, list[int]] = {}
        self._by_beginning: dict[str, list[int]] = {}
        self._longest_beginning = 0
        self._patterns: list[tuple[str, frozenset[int], list[dict[str, Any]]]] = []
        self._matchers: dict[int, TokenMatcher] = {}

    def add(self, meaning: str, patterns: list[list[dict[str, Any]]]) -> None:
        """Add patterns of spaCy's Matcher that mean the same."""
        for pattern in patterns:
            needed = [token["LOWER"] for token in pattern if "LOWER" in token and "OP" not in token]
            self._patterns.append((meaning, frozenset(map(self._need, needed)), pattern))
        self._longest_beginning = max(map(len, self._by_beginning), default=0)

    def _need(self, choices: Mapping[str, Any]) -> int:
        """Return the number of a choice of words, noting which words meet it."""
        need = self._needs.get(repr(choices))
        if need is None:
            need = self._needs[repr(choices)] = len(self._needs)
            for word in choices.get("IN", ()):
                self._by_word.setdefault(word, []).append(need)
            for word in choices["REGEX"][4:-2].split("|") if "REGEX" in choices else ():
                beginning = word.removesuffix(".*")
                known = self._by_word if beginning == word else self._by_beginning
                known.setdefault(beginning, []).append(need)
        return need

    def meanings_in(self, document: Doc) -> set[str]:
        """Return what the patterns mean that occur in a message."""
        met: set[int] = set()
        for word in {token.lower_ for token in document}:
            met.update(self._by_word.get(word, ()))
            for end in range(1, min(len(word), self._longest_beginning) + 1):
                met.update(self._by_beginning.get(word[:end], ()))
        found: set[str] = set()
        for number, (meaning, needs, _) in enumerate(self._patterns):
            if needs <= met and meaning not in found and self._matcher(number)(document):
                found.add(meaning)
        return found

    def _matcher(self, number: int) -> TokenMatcher:
        """Return the matcher of a pattern, made when it is first needed: of thousands, a message needs a few."""
        if number not in self._matchers:
            self._matchers[number] = TokenMatcher(self._vocab, validate=False)
            self._matchers[number].add("found", [self._patterns[number][2]])
        return self._matchers[number]


class DangerRules:
    """The rules for danger.

    Args:
        documents: the files of data/danger/. A list of words may be named by patterns of any file.
        everyday_words: words that are right as they stand, and so are not taken for misspelt words of the rules.
    """

    def __init__(self, documents: Iterable[Document], everyday_words: Iterable[str] = ()) -> None:
        self._spacy = spacy.blank("en")
        self._patterns = _Patterns(self._spacy.vocab)
        self._signs: dict[str, Sign] = {}
        self._follow_ups: set[str] = set()
        self._vocabulary: set[str] = set()
        self._beginnings: set[str] = set()
        self._files = [
            (Path(document.file).stem, {part: document.data[part] for part in _PARTS if part in document.data})
            for document in documents
        ]
        lists = {name: _plain_words(words) for _, data in self._files for name, words in data.get("lists", {}).items()}
        for name, data in self._files:
            self._add(name, data, lists)
        order = [name for _, data in self._files for name in data.get("priority", ())]
        ranks = {name: rank for rank, name in enumerate(order)}
        self._signs = dict(sorted(self._signs.items(), key=lambda named: ranks.get(named[0], len(ranks))))
        self._everyday = frozenset(everyday_words) | self._vocabulary
        whole = (
            {word for word in self._everyday if word.startswith(tuple(self._beginnings))} if self._beginnings else set()
        )
        self._spellings: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._vocabulary | whole):
            if RULES.for_word(word):
                self._spellings[word[0]].append(word)

    @classmethod
    def of(cls, folder: Path = DANGER) -> DangerRules:
        """Read the rules of a folder.

        Everyday words are common English, words of its near misses, and words that occur often in examples and
        messages; not those that occur once, since messages are written as people write, with typos.
        """
        documents = danger_documents(folder)
        labelled = [(label, text) for document in documents for label, text, _ in labelled_messages(document)]
        examples = [text for _, text in example_questions(DATA / "nlu")]
        counts = Counter(word for text in [*examples, *(text for _, text in labelled)] for word in words_of(text))
        often = {word for word, count in counts.items() if count >= _OFTEN}
        harmless = {word for label, text in labelled if label == NOT_URGENT for word in words_of(text)}
        return cls(documents, often | harmless | _common_english())

    @classmethod
    def load(cls, folder: Path) -> DangerRules:
        """Read the rules from a model's folder: what `of` takes seconds for."""
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return cls([Document(name, data, {}) for name, data in kept["files"]], kept["everyday_words"])

    def save(self, folder: Path) -> None:
        """Write the rules into a model's folder."""
        kept = {"files": self._files, "everyday_words": sorted(self._everyday)}
        (folder / _FILE).write_text(json.dumps(kept), encoding="utf-8")

    @property
    def answer_ids(self) -> set[str]:
        """The answers that the rules, and what is said after an urgent reply, can lead to."""
        return {*(sign.answer_id for sign in self._signs.values()), *self._follow_ups}

    def screen(self, text: str) -> Screened:
        """Look for signs of danger in a message; of several, the first by priority counts."""
        # Outside of a memory zone, spaCy keeps every word that it ever read (spacy/strings.pyx StringStore).
        with self._spacy.memory_zone():
            meanings = self._patterns.meanings_in(self._read(text))
        sign = next((sign for name, sign in self._signs.items() if name in meanings), None)
        return Screened(sign, _NOT_NOW in meanings and _NOW not in meanings)

    def _add(self, name: str, data: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> None:
        if "patterns" in data:
            self._signs[name] = Sign(data["answer"], name)
            self._patterns.add(name, self._compiled(data["patterns"], lists))
        for meaning, key in ((_NOT_NOW, "not_now"), (_NOW, "now")):
            self._patterns.add(meaning, self._compiled(data.get(key, ()), lists))
        self._follow_ups.update(one["answer"] for one in data.get("follow_ups", ()) if "answer" in one)

    def _compiled(self, patterns: Sequence[str], lists: Mapping[str, Sequence[str]]) -> list[list[dict[str, Any]]]:
        return [[self._token(word, lists) for word in pattern.split()] for pattern in patterns]

    def _token(self, word: str, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        if word == "..":
            return {"OP": f"{{0,{MOST_WORDS_BETWEEN}}}"}
        optional = {"OP": "?"} if word.endswith("?") else {}
        choices: list[str] = []
        for choice in word.rstrip("?").split("|"):
            choices += lists[choice[1:-1]] if choice.startswith("<") else [choice.lower()]
        beginnings = [choice[:-1] for choice in choices if choice.endswith("*")]
        self._vocabulary.update(choice for choice in choices if not choice.endswith("*"))
        self._beginnings.update(beginnings)
        if beginnings:
            endings = [f"{beginning}.*" for beginning in beginnings]
            whole = [choice for choice in choices if not choice.endswith("*")]
            return {"LOWER": {"REGEX": f"^(?:{'|'.join([*endings, *whole])})$"}, **optional}
        return {"LOWER": {"IN": choices}, **optional}

    def _read(self, text: str) -> Doc:
        return Doc(self._spacy.vocab, [self._spelt(word) for word in words_of(text)])

    def _spelt(self, word: str) -> str:
        """Return the word of the rules that a misspelt word stands for, or the word itself."""
        if len(word) < RULES.one_from - 1 or word in self._everyday:
            return word
        meant = (
            known for known, typos in near(word, self._spellings.get(word[0], ()), 2) if typos <= RULES.for_word(known)
        )
        return next(meant, word)


@functools.cache
def danger_rules() -> DangerRules:
    """Return the rules of data/danger/, read once."""
    return DangerRules.of()


def _common_english() -> set[str]:
    """Return what the encoder knows of English; nothing if it can't be had, since danger must be recognised anyway."""
    try:
        return set(common_words(encoder_folder(), _COMMON))
    except (EncoderUnavailable, OSError) as failure:
        logger.warning("The rules for danger do without a list of common words (%s).", type(failure).__name__)
        return set()


def words_of(text: str) -> list[str]:
    """Return a message's words as the rules read them: small letters, no apostrophes, no drawn-out letters."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "").replace("'", "")
    return re.findall(r"[^\W_]+", re.sub(r"([^\W\d_])\1{2,}", r"\1", plain))


def _plain_words(words: Iterable[str]) -> list[str]:
    return [word.lower() for word in words]
