"""How a text reads: whether it begins with yes or no, and how many years of school it takes."""

from __future__ import annotations

import re
from functools import lru_cache

_VERB = "(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|might|must|am|wo)"
_END = r"\s*(?:[.,:;!\u2013\u2014]|$)"
_YES_OR_NO = re.compile(
    rf"""
    [\W\d_]*  # What a list or a quotation begins with.
    (?: (?:yes|yeah|yep|yup|nope|nah|nobody|no\ one|no\ (?:it|they|that|there|you|we|i))\b
      | (?:no|sure|right|true|correct|exactly|wrong|false|of\ course|certainly|absolutely|definitely|indeed){_END}
      | not\ (?:at\ all|really|necessarily|always|exactly|quite|usually|entirely|yet)\b
      | (?:that|it)(?:'s|\ is)\ (?:not\ )?(?:true|right|correct|wrong|false|a\ myth)\b
      | (?:it|they|this|that|these|those|he|she)\ (?:do|does|did)(?:n't)?\b(?![^.!\n]*\?)
      | (?:it|they|this|that|these|those|there|he|she|you|we|i)\ {_VERB}(?:n?'t)?(?:\ not)?{_END}
    )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"[.!?]+[\s\"\u201d)]+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy\u00e0-\u00ff]+", re.IGNORECASE)
_SILENT = re.compile(r"(?:[^laeiouy]e|[^td]ed|[^sxzcgaeiouy]es)$", re.IGNORECASE)


def says_yes_or_no(text: str) -> bool:
    """Tell whether a text begins with yes or no, in whatever words.

    It would be wrong for the same question put the other way round.
    """
    return _YES_OR_NO.match(text.replace("\u2019", "'")) is not None


@lru_cache(10_000)
def reading_grade(text: str) -> float:
    """Return the years of school that a text takes: the Flesch-Kincaid grade (Kincaid and others 1975).

    An entry of a list counts as a sentence; figures and the addresses of links don't count.
    """
    sentences = [words for part in _SENTENCE_END.split(_LINK.sub(r"\1", text)) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))
