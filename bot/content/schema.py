"""The shapes of files that staff edit: data/schemas/. Editors read them too; here, faults become sentences."""

from __future__ import annotations

import copy
import difflib
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastjsonschema

from bot.content import SHIPPED
from bot.content.problems import BrokenFile, Location, Problem
from bot.content.yaml_files import Document, read, shown, yaml_below
from bot.content.yaml_text import KeyPath

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@functools.cache
def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: data/schemas/<kind>.json."""
    schema: dict[str, Any] = json.loads((SHIPPED / "schemas" / f"{kind}.json").read_text(encoding="utf-8"))
    return schema


@functools.cache
def _schema_of_parts(kind: str) -> dict[str, Any]:
    """Return the schema of a file that has only some keys of its kind; what is found by its id needs only that."""
    schema: dict[str, Any] = copy.deepcopy(schema_of(kind))
    for group in (schema, *schema["properties"].values()):
        group.pop("required", None)
        if "id" in group.get("items", {}).get("required", ()):
            group["items"]["required"] = ["id"]
    return schema


@functools.cache
def _quick_check_of(kind: str, parts: bool) -> Callable[[Any], object]:
    """Return what raises for a value that hasn't the shape of a kind, 20 times as fast as jsonschema explains why."""
    check: Callable[[Any], object] = fastjsonschema.compile(_schema_of_parts(kind) if parts else schema_of(kind))
    return check


def read_as(kind: str, path: Path, parts: bool = False) -> Document:
    """Read a file of a kind; with `parts`, one that may leave out keys.

    Raises:
        BrokenFile: it can't be read, or its shape isn't that of the kind.
    """
    document = read(path)
    problems = sorted(document.problem(at, message) for at, message in faults(document, kind, parts))
    if problems:
        raise BrokenFile(problems)
    return document


def read_folder(kind: str | Callable[[Path], str], folder: Path) -> tuple[list[Document], list[Problem]]:
    """Read the files below a folder: those that can be used, and what is wrong with the others.

    Args:
        kind: the kind of all files, or what says it of a path below the folder, and raises `BrokenFile` if it has none.
        folder: where they are.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    paths = yaml_below(folder)
    if not paths:
        problems.append(
            Problem(Location(shown(folder)), "the folder is missing, or has no .yml file in it. Put the files back.")
        )
    for path in paths:
        try:
            documents.append(read_as(kind if isinstance(kind, str) else kind(path.relative_to(folder)), path))
        except BrokenFile as broken:
            problems += broken.problems
    return documents, problems


def faults(document: Document, kind: str, parts: bool = False) -> list[tuple[KeyPath, str]]:
    """Return where a file's shape is wrong, and what is wrong there."""
    try:
        _quick_check_of(kind, parts)(document.data)
    except fastjsonschema.JsonSchemaValueException:
        return _explained(document.data, _schema_of_parts(kind) if parts else schema_of(kind))
    return []


def _explained(data: Any, schema: dict[str, Any]) -> list[tuple[KeyPath, str]]:
    from jsonschema import Draft7Validator  # Takes as long to import as all files to check; most are as they should be.

    errors = Draft7Validator(schema).iter_errors(data)
    # jsonschema reports each missing key by itself, and each time all of them are found.
    return list(dict.fromkeys(fault for error in errors for fault in _faults(error, schema)))


def _faults(error: ValidationError, schema: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    path = tuple(error.absolute_path)
    shape: Any = error.schema
    value: Any = error.instance
    rule: Any = error.validator_value
    if error.validator == "required":
        where = f" in {_name(path)}" if path else ""
        for key in (key for key in rule if key not in value):
            yield path, f"`{key}` is missing{where}. Add it: {_meaning(shape['properties'][key], schema)}"
    elif error.validator == "additionalProperties":
        known = list(shape["properties"])
        for key in (key for key in value if key not in known):
            yield (*path, key), f"`{key}` isn't a key that belongs here. {_meant(key, known)}"
    else:
        name, hint = _name(path), shape.get("description", "")
        sentence = _SENTENCES.get(str(error.validator), "{name} isn't as it should be. {hint}")
        kind = _KINDS.get(str(rule), rule)
        if error.validator == "enum":
            rule = ", ".join(map(str, rule))
        length = len(value) if isinstance(value, str) else 0
        if error.validator == "minLength" and length:
            sentence = "{name} is {length} characters long, the fewest is {rule}. Write more."
        yield path, sentence.format(name=name, rule=rule, value=value, length=length, kind=kind, hint=hint).strip()


_KINDS = {"string": "a text", "array": "a list (lines that begin with '- ')", "object": "a group of keys"}
_SENTENCES = {
    "maxLength": "{name} is {length} characters long, the most is {rule}. Shorten it.",
    "minLength": "{name} has no text. Write it or take the key out.",
    "minItems": "{name} is empty. Add at least one.",
    "minProperties": "{name} is empty. Add at least one.",
    "uniqueItems": "{name} names the same thing twice. Take one out.",
    "enum": "{name} is {value!r}; it can be {rule}.",
    "type": "{name} should be {kind}. {hint}",
    "pattern": "{name} is {value!r}, which isn't written as it should be. {hint}",
}


def _meaning(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what a key is for, in the words of its schema."""
    if "$ref" in shape:
        shape = schema["definitions"][shape["$ref"].rpartition("/")[2]]
    return str(shape.get("description") or shape["title"])


def _name(path: KeyPath) -> str:
    if not path:
        return "the file"
    return f"entry {path[-1] + 1} of `{path[-2]}`" if isinstance(path[-1], int) else f"`{path[-1]}`"


def _meant(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"Keys are: {', '.join(known)}."
