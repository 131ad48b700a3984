"""The shape of an answer file, told as sentences. The shape itself is data/schemas/answer.json; editors read it too."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from bot.content import DATA
from bot.content.yaml_files import Document, Place, Problem

PHRASES = [
    "clarify",
    "none_of_these",
    "clarify_declined",
    "sources",
    "checked_on",
    "more",
    "which_service",
    "too_long",
    "too_many",
    "no_need_to_tell",
    "empty",
    "error",
    "busy",
    "forgotten",
    "english_only",
    "choose_country",
    "which_country",
    "emergency_number",
    "if_now_overdose",
    "if_now_crisis",
    "section_what",
    "section_how",
    "section_evidence",
    "section_find",
    "section_cost",
    "section_law",
    "section_who",
    "text_only",
    "group",
    "group_button",
    "topics",
    "topics_all",
    "topics_urgent",
    "topics_faq",
    "topics_service",
    "topics_support",
    "topics_principle",
    "topics_goal",
    "topics_chat",
    "command_start",
    "command_help",
    "command_topics",
    "command_services",
    "command_emergency",
    "command_privacy",
    "command_forget",
    "telegram_description",
    "telegram_short_description",
]
"""The small texts around answers that the program needs."""

MOST_CHARACTERS = {"telegram_description": 512, "telegram_short_description": 120}
"""How long a phrase may be where Telegram sets a limit."""


@functools.cache
def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: data/schemas/<kind>.json."""
    schema: dict[str, Any] = json.loads((DATA / "schemas" / f"{kind}.json").read_text(encoding="utf-8"))
    return schema


def answer_problems(document: Document) -> list[Problem]:
    """Return what is wrong with the shape of an answer file."""
    if not isinstance(document.data, dict):
        return [
            document.problem((), "isn't an answer: it needs `title: …`, `answer: |` and so on. See docs/answers.md.")
        ]
    return shape_problems(document, "answer")


def rule_file_problems(document: Document) -> list[Problem]:
    """Return what is wrong with the shape of a file of rules for danger (data/danger/)."""
    if not isinstance(document.data, dict):
        return [document.problem((), "has no rules in it. See docs/safety.md.")]
    return shape_problems(document, "danger")


def shape_problems(document: Document, kind: str) -> list[Problem]:
    """Return what is wrong with the shape of a file, by line."""
    return sorted(document.problem(place, message) for place, message in faults(document, kind))


def faults(document: Document, kind: str) -> list[tuple[Place, str]]:
    """Return where a file's shape is wrong, and what is wrong there."""
    schema = schema_of(kind)
    errors = Draft7Validator(schema).iter_errors(document.data)
    # jsonschema reports each missing key by itself, and each time all of them are found.
    return list(dict.fromkeys(fault for error in errors for fault in _faults(error, schema)))


def phrase_problems(document: Document) -> list[Problem]:
    """Return what is wrong with the phrases file: keys that are missing, unknown or empty."""
    data = document.data if isinstance(document.data, dict) else {}
    problems = [document.problem((), f"`{key}` is missing. Add it.") for key in PHRASES if key not in data]
    for key, text in data.items():
        if key not in PHRASES:
            problems.append(
                document.problem((key,), f"`{key}` isn't a phrase that the program uses. {_meant(key, PHRASES)}")
            )
        elif not isinstance(text, str) or not text:
            problems.append(document.problem((key,), f"`{key}` has no text. Write one."))
        elif len(text) > MOST_CHARACTERS.get(key, len(text)):
            most = MOST_CHARACTERS[key]
            problems.append(
                document.problem((key,), f"`{key}` is {len(text)} characters long, the most is {most}. Shorten it.")
            )
    return problems


def _faults(error: ValidationError, schema: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    place = tuple(error.absolute_path)
    shape: Any = error.schema
    value: Any = error.instance
    rule: Any = error.validator_value
    if error.validator == "required":
        where = f" in {_name(place)}" if place else ""
        for key in (key for key in rule if key not in value):
            yield place, f"`{key}` is missing{where}. Add it: {_meaning(shape['properties'][key], schema)}"
    elif error.validator == "additionalProperties":
        known = list(shape["properties"])
        for key in (key for key in value if key not in known):
            yield (*place, key), f"`{key}` isn't a key that belongs here. {_meant(key, known)}"
    else:
        name, hint = _name(place), shape.get("description", "")
        sentences = {
            "maxLength": f"{name} is {len(value or ())} characters long, the most is {rule}. Shorten it.",
            "minLength": f"{name} has no text. Write it or take the key out.",
            "minItems": f"{name} is empty. Add at least one.",
            "uniqueItems": f"{name} names the same thing twice. Take one out.",
            "enum": f"{name} is {value!r}; it can be {', '.join(map(str, rule)) if isinstance(rule, list) else rule}.",
            "type": f"{name} should be {_KINDS.get(str(rule), rule)}. {hint}".strip(),
            "pattern": f"{name} is {value!r}, which isn't written as it should be. {hint}".strip(),
        }
        yield place, sentences.get(str(error.validator), f"{name}: {error.message}")


def _meaning(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what a key is for, in the words of its schema."""
    if "$ref" in shape:
        shape = schema["definitions"][shape["$ref"].rpartition("/")[2]]
    return str(shape.get("description") or shape["title"])


def _name(place: Place) -> str:
    if not place:
        return "the file"
    return f"entry {place[-1] + 1} of `{place[-2]}`" if isinstance(place[-1], int) else f"`{place[-1]}`"


_KINDS = {"string": "a text", "array": "a list (lines that begin with '- ')", "object": "a group of keys"}


def _meant(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Keys are: {', '.join(known)}."
