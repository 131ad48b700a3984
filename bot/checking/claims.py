"""Whether what an answer claims has a source that can back it: a page that says it, by its own address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.checking.wording import whole_words
from bot.content.answers import FOLLOW_UPS, ITSELF, MORE, Answer, Source
from bot.content.problems import Problem
from bot.content.yaml_files import Document
from bot.content.yaml_text import KeyPath

_NO_CLAIM = re.compile(
    r"""\[[^\]]*\]\([^)]*\)  # A link: a number to call, an address.
      | ^\s*\d+\.\s  # The number of a step.
      | \b(?:112|911|988|999)\b
      | \b(?:19|20)\d\d\b  # A year.
      | \b24\ hours\ a\ day\b | \b24/7\b
      | \+?\d[\d-]*(?:[ -]\d{3,})+  # A telephone number.
    """,
    re.MULTILINE | re.VERBOSE,
)
_FIGURE = re.compile(r"(?<![\w.-])\d[\d.,]*(?:\ ?%|\ (?:in|of|out\ of|to)\ \d[\d.,]*)?(?![\w-])")
_RESEARCH = "studies|research|evidence|trials?|reviews?|surveys?|researchers|scientists|experts|doctors"
_SAYS = "show|find|found|say|suggest|back|support|prove|think|agree"
_FINDING = re.compile(
    rf"""\b(?: (?:{_RESEARCH})\ (?:\w+\ )?(?:{_SAYS})\w*
      | (?:a|an|one|this|another)\ (?:\w+\ ){{0,3}}(?:study|trial|survey|review\ of)
      | the\ evidence | evidence\ (?:is|of|that|on)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_EFFECT = re.compile(
    r"""\b(?: kill\w* | deadly | die[sd]? | deaths? | poison\w* | overdoses? | seizures? | withdrawal | addict\w*
      | dependen(?:t|ce) | (?:strong|weak|safe)er | slows? | harm(?:s|ful|less) | damages? | risk\w* | danger\w*
      | stops?\ (?:\w+\ )?(?:breathing|hearts?)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


class Claims:
    """Finds what needs a source: figures, findings of research, and what a drug does.

    Args:
        drugs: the names of drugs.
    """

    def __init__(self, drugs: Sequence[str]) -> None:
        self._drugs = whole_words(drugs)

    def figures(self, text: str) -> Iterator[str]:
        """Yield the figures of a text, but for telephone numbers, years and the numbers of steps."""
        yield from (found[0].strip(".,") for found in _FIGURE.finditer(_NO_CLAIM.sub(" ", text)))

    def findings(self, text: str) -> Iterator[str]:
        """Yield the words that speak of research, and the names of drugs that something is said of."""
        yield from (found[0] for found in _FINDING.finditer(text))
        for sentence in _SENTENCE.findall(text):
            if _EFFECT.search(sentence):
                yield from (found[0] for found in self._drugs.finditer(sentence))


def warnings(answer: Answer, document: Document, claims: Claims) -> Iterator[Problem]:
    """Yield the sources that can't back a claim, and the claims that have no other. A part without any is a problem."""
    for index, source in enumerate(answer.sources):
        if weakness := _weakness(source.url):
            yield document.advice(("sources", index, "url"), f"`url` is {weakness}. Cite the page that says it.")
    for path, part, text in _parts(answer):
        sources = answer.sources_of(part)
        if any(not _ours(source) and not _weakness(source.url) for source in sources):
            continue
        if any(map(_ours, sources)):  # What the assistant says of itself has its page for a source.
            unbacked = list(claims.findings(text))
        else:
            unbacked = [*claims.figures(text), *claims.findings(text)] if sources else []
        if unbacked:
            said = ", ".join(map(repr, unbacked))
            yield document.advice(path, f"`{path[-1]}` says {said}. No source that backs it covers this part. Add one.")


def _parts(answer: Answer) -> Iterator[tuple[KeyPath, str | None, str]]:
    yield ("short",), None, answer.short
    yield (ITSELF,), None, answer.text
    yield (MORE,), MORE, answer.more
    for index, one in enumerate(answer.follow_ups):
        yield (FOLLOW_UPS, index, ITSELF), FOLLOW_UPS, one.text
    for name, text in answer.sections.items():
        yield ("sections", name), name, text


def _ours(source: Source) -> bool:
    return source.url.startswith("/")


def _weakness(url: str) -> str:
    """Return what is wrong with an address as a source, or nothing."""
    parts = urlsplit(url)
    if parts.netloc.endswith("wikipedia.org"):
        return "Wikipedia"
    return "a site's front page" if parts.netloc and not parts.path.strip("/") and not parts.query else ""
