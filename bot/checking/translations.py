"""What `bot check` finds in translations: whether each still says what its English original says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.checking import translated_questions
from bot.content.answer_files import PHRASES_FILE, WIDGET_FILE, AnswerFile
from bot.content.answers import Answer
from bot.content.languages import LANGUAGE_FILE
from bot.content.problems import BrokenFile, Location, Problem
from bot.content.schema import read_as, schema_of
from bot.content.translations import (
    Translation,
    fingerprint,
    read_translated_phrases,
    read_translated_widget,
    read_translations,
    texts_of,
)
from bot.content.yaml_files import Document, shown
from bot.content.yaml_text import KeyPath

DANGER_FILE = "danger.yml"
OWN_NUMBERS = ("emergency_numbers", "crisis_lines")
"""Phrases with the numbers of the countries where the language is spoken: they differ from the English ones."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NUMBER = re.compile(r"\d+")
_PLACEHOLDER = re.compile(r"\{\w+\}")


def problems(
    folder: Path, files: list[AnswerFile], phrases: Document | None, widget: Document | None, dialled: set[str]
) -> Iterator[Problem]:
    """Yield what is wrong with all languages.

    Args:
        folder: data/languages.
        files: the English answers.
        phrases: the English phrases; None if they can't be read.
        widget: the English words of the chat on a page; None if they can't be read.
        dialled: the numbers of data/directory.yml, digits only.
    """
    originals = {file.id: file.answer for file in files if file.answer}
    for language in sorted(path for path in folder.glob("*") if path.is_dir()):
        for kind, name in (("language", LANGUAGE_FILE), ("language_danger", DANGER_FILE)):
            try:
                read_as(kind, language / name)
            except BrokenFile as broken:
                yield from broken.problems
        if phrases:
            yield from _of_phrases(language, phrases, dialled)
        if widget and (language / WIDGET_FILE).exists():
            yield from _of_widget(language, widget)
        yield from translated_questions.problems(language, {file.id for file in files})
        for translation in read_translations(language):
            yield from translation.problems or _of_answer(translation, originals, language)


def unchecked(folder: Path) -> dict[str, int]:
    """Return how many files of each language no native speaker has checked yet, by the language's code."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob("*/**/*.yml")):
        if path.name != LANGUAGE_FILE and "\nreviewed_by: nobody yet" in path.read_text(encoding="utf-8"):
            counts[path.relative_to(folder).parts[0]] += 1
    return dict(counts)


def _of_answer(translation: Translation, originals: Mapping[str, Answer], language: Path) -> Iterator[Problem]:
    document = translation.document
    assert document is not None
    if translation.id not in originals:
        where = Location(document.file)
        yield Problem(where, f"there is no answer `{translation.id}` in data/faq. Rename this file, or delete it.")
        return
    originally = texts_of(originals[translation.id])
    expected = fingerprint(originally)
    if document.data["original"] != expected:
        yield document.problem(
            ("original",),
            f"the English answer has changed since. Compare the two, then write `original: {expected}` here.",
        )
    texts = texts_of(translation.of(originals[translation.id]))
    for name in sorted(originally.keys() - texts.keys()):
        yield document.problem((), f"`{name}` is missing, which the English answer has. Translate it.")
    for name in sorted(texts.keys() - originally.keys()):
        yield document.problem(_path(name), f"`{name}` isn't in the English answer. Delete it.")
    for name in sorted(texts.keys() & originally.keys()):
        yield from _not_alike(document, _path(name), originally[name], texts[name])


def _of_phrases(language: Path, phrases: Document, dialled: set[str]) -> Iterator[Problem]:
    try:
        document = read_translated_phrases(language)
    except BrokenFile as broken:
        yield from broken.problems
        return
    longest = {name: about.get("maxLength") for name, about in schema_of("phrases")["properties"].items()}
    yield from _of_words(document, "phrases", phrases.data, longest, PHRASES_FILE)
    for name in OWN_NUMBERS:
        unknown = sorted(_dialled_in(document.data["phrases"].get(name, "")) - dialled)
        if unknown:
            where = ("phrases", name)
            yield document.problem(where, f"{', '.join(unknown)}: no such number is in data/directory.yml.")


def _of_widget(language: Path, widget: Document) -> Iterator[Problem]:
    try:
        document = read_translated_widget(language)
    except BrokenFile as broken:
        yield from broken.problems
        return
    shapes = schema_of("widget")
    title = shapes["properties"]["starters"]["items"]["properties"]["title"]
    starters = {one["answer"]: one["title"] for one in widget.data["starters"]}
    yield from _of_words(document, "starters", starters, dict.fromkeys(starters, title["maxLength"]), WIDGET_FILE)
    for part in ("words", "front"):
        longest = {
            name: shapes["definitions"][about["$ref"].rpartition("/")[2]].get("maxLength")
            for name, about in shapes["properties"][part]["properties"].items()
        }
        yield from _of_words(document, part, widget.data[part], longest, WIDGET_FILE)


def _of_words(
    document: Document, part: str, originals: Mapping[str, str], longest: Mapping[str, int | None], file: str
) -> Iterator[Problem]:
    """Yield what is wrong with the texts of one part of a file; `file` has their originals."""
    for name, text in document.data.get(part, {}).items():
        path, most = (part, name), longest.get(name)
        if name not in originals:
            yield document.problem(path, f"there is no `{name}` in data/faq/{file}. Delete it.")
            continue
        if most and len(text) > most:
            yield document.problem(path, f"`{name}` is {len(text)} characters long, the most is {most}.")
        if name not in OWN_NUMBERS:
            yield from _not_alike(document, path, originals[name], text)


def _not_alike(document: Document, path: KeyPath, original: str, text: str) -> Iterator[Problem]:
    for what, found_in in (("number", _numbers), ("link", _links), ("placeholder", _placeholders)):
        wanted, found = found_in(original), found_in(text)
        for one in sorted((wanted - found).elements()):
            yield document.problem(path, f"the {what} {one} of the English text is missing.")
        for one in sorted((found - wanted).elements()):
            yield document.problem(path, f"the {what} {one} isn't in the English text.")


def _links(text: str) -> Counter[str]:
    return Counter(_LINK.findall(text))


def _placeholders(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text))


def _numbers(text: str) -> Counter[str]:
    """Return the numbers of a text, written in whichever digits, without those of links."""
    plain = _LINK.sub("]", text)
    for letter in set(plain):
        digit = None if letter.isascii() else unicodedata.digit(letter, None)
        if digit is not None:
            plain = plain.replace(letter, str(digit))
    return Counter(_NUMBER.findall(plain))


def _dialled_in(text: str) -> set[str]:
    return {link.partition(":")[2] for link in _LINK.findall(text) if link.startswith(("tel:", "sms:"))}


def _path(name: str) -> KeyPath:
    return tuple(name.split("."))


def said_unchecked(folder: Path) -> Iterator[str]:
    """Yield one note for all languages on what no native speaker has checked."""
    counts = unchecked(folder)
    if counts:
        listed = ", ".join(f"{language} {count}" for language, count in counts.items())
        yield f"{shown(folder)}: no native speaker has checked these files yet: {listed}."
