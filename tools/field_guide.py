"""Makes the guide to all keys of all files that staff edit out of data/schemas/: docs/fields.md has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.content.schema import schema_of

ROOT = Path(__file__).resolve().parents[1]
_WIRED = ROOT / ".vscode" / "settings.json"
_MOST_VALUES = 15


def guide() -> str:
    """Return a chapter for each kind of file, with a row for each key: Markdown."""
    wired: Mapping[str, list[str]] = json.loads(_WIRED.read_text(encoding="utf-8"))["yaml.schemas"]
    return "\n".join(_chapter(Path(schema).stem, patterns) for schema, patterns in wired.items())


def _chapter(kind: str, patterns: list[str]) -> str:
    schema = schema_of(kind)
    files = ", ".join(f"`{pattern}`" for pattern in patterns)
    rows = "".join(f"| {' | '.join(map(_in_a_cell, row))} |\n" for row in _rows(schema, schema, ""))
    about = schema.get("description", "").partition(" See ")[0]
    head = "| key | needed? | what it is | limits |\n| --- | --- | --- | --- |\n"
    return f"## {schema['title']}\n\n{files}. {about}\n\n{head}{rows}"


def _rows(shape: Any, schema: Any, above: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row for each key of a group, and below it for those inside: `sources[].url` is a key of each source."""
    needed = shape.get("required", ())
    for name, found in shape.get("properties", {}).items():
        one = _resolved(found, schema)
        yield f"`{above}{name}`", "yes" if name in needed else "no", _meaning(one), _limits(one)
        yield from _inside(one, schema, f"{above}{name}")


def _inside(one: Any, schema: Any, path: str) -> Iterator[tuple[str, str, str, str]]:
    items = _resolved(one.get("items", {}), schema)
    own = _resolved(one.get("additionalProperties") or {}, schema)
    yield from _rows(one, schema, f"{path}.")
    yield from _rows(items, schema, f"{path}[].")
    if isinstance(own, dict) and own:
        yield f"`{path}.…`", "no", _meaning(own), _limits(own)


def _resolved(shape: Any, schema: Any) -> Any:
    """Return what a reference stands for, with what is said beside it."""
    if not isinstance(shape, dict):
        return {}
    if "$ref" not in shape:
        return shape
    return {**schema["definitions"][shape["$ref"].rpartition("/")[2]], **shape}


def _meaning(one: Any) -> str:
    title, description = one.get("title", ""), one.get("description", "")
    return f"{title}. {description}" if title and description else title or description or "The text."


def _limits(one: Any) -> str:
    """Return in words what a value can be."""
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in dict.fromkeys(map(_written, one["enum"])))
    if one.get("type") == "array":
        items = one.get("items", {})
        parts = [f"a list, {one['minItems']} or more" if one.get("minItems") else "a list"]
        parts += [f"at most {one['maxItems']}"] if "maxItems" in one else []
        parts += ["each once"] if one.get("uniqueItems") else []
        return ", ".join(parts) + (
            f": {_limits(items)}" if len(items.get("enum", ())) in range(1, _MOST_VALUES) else ""
        )
    if one.get("type") == "object":
        return "a group of keys"
    least, most = one.get("minLength", 0), one.get("maxLength")
    return f"{least} to {most} characters" if most else f"{least} characters or more" if least > 1 else "a text"


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_a_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("](", "\\](")  # A link here would lead nowhere.
