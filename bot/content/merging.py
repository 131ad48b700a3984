"""Makes one file of what is shipped and of an organisation's parts of it: small texts, names, the directory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

Merge = Callable[[Any, Any, Collection[str]], Any]
"""Makes what is in use of what is shipped, of the organisation's parts, and of the ids of the answers that it hides."""


def _merge_texts(shipped: Any, own: Any, _: Collection[str]) -> Any:
    return {**shipped, **own}


def _merge_widget(shipped: Any, own: Any, hidden: Collection[str]) -> Any:
    starters = own.get("starters", shipped["starters"])
    return {
        "words": {**shipped["words"], **own.get("words", {})},
        "starters": [one for one in starters if one["answer"].partition("#")[0] not in hidden],
        "front": {**shipped["front"], **own.get("front", {})},
    }


def _merge_names(shipped: Any, own: Any, hidden: Collection[str]) -> Any:
    merged = {}
    for kind, names in shipped.items():
        added = own.get(kind, {})
        merged[kind] = {name: [*words, *added.get(name, ())] for name, words in names.items() if name not in hidden}
        merged[kind] |= {name: words for name, words in added.items() if name not in names}
    return merged


def _merge_directory(shipped: Any, own: Any, _: Collection[str]) -> Any:
    countries = {country["id"]: country for country in shipped["countries"]}
    for country in own.get("countries", ()):
        countries[country["id"]] = _merge_entries(countries.get(country["id"], {}), country)
    everywhere = {"everywhere": own["everywhere"]} if "everywhere" in own else {}
    return {
        **_merge_entries({"everywhere": shipped.get("everywhere", [])}, everywhere),
        "countries": [*countries.values()],
    }


def _merge_entries(shipped: Any, own: Any) -> Any:
    """Put an organisation's lines in front of the others, or in the place of one of the same name."""
    merged = {**shipped, **own}
    for key in (key for key in own if isinstance(own[key], list)):
        named = {one.get("name") for one in own[key]} - {None}
        merged[key] = [*own[key], *(one for one in shipped.get(key, ()) if one.get("name") not in named)]
    return merged


MERGED: Mapping[str, tuple[str, Merge]] = {
    "faq/phrases.yml": ("phrases", _merge_texts),
    "faq/widget.yml": ("widget", _merge_widget),
    "entities.yml": ("names", _merge_names),
    "directory.yml": ("directory", _merge_directory),
}
"""The files of which parts can be replaced: the kind of each, and how its parts are put together."""
