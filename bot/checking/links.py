"""Opens the sources and links of answers and the directory, to find those that are gone: `bot check --links`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.content import DATA
from bot.content.markup import LINK
from bot.content.problems import ERROR, WARNING, BrokenFile, Problem
from bot.content.yaml_files import Document, read, yaml_below
from bot.content.yaml_text import KeyPath

_HOSTS_AT_ONCE = 16
"""Pages of one host are opened one after the other."""
_SECONDS = 20
_GONE = (404, 410)
_BROWSER = {"user-agent": "Mozilla/5.0 (compatible; link check)", "accept": "text/html,*/*"}


class Offline(Exception):
    """Not a single address could be reached; the message says so."""


def unopened(data: Path = DATA) -> list[Problem]:
    """Return a problem for each address that is gone, and a warning for each that has to be looked at.

    Raises:
        Offline: none could be reached.
    """
    places = list(_places(data))
    faults = asyncio.run(_faults({url for url, _, _ in places}))
    return [
        Problem(document.location(path), f"{url} {faults[url][1]}", faults[url][0])
        for url, document, path in places
        if url in faults
    ]


def _places(data: Path) -> Iterator[tuple[str, Document, KeyPath]]:
    """Yield each web address with where it stands."""
    for file in (*yaml_below(data / "faq"), data / "directory.yml"):
        with suppress(BrokenFile):
            document = read(file)
            for path, text in _texts(document.data, ()):
                whole = [text] if text.startswith("https://") else [link[2] for link in LINK.finditer(text)]
                yield from ((url, document, path) for url in whole if url.startswith("https://"))


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from _texts(one, (*path, key))


async def _faults(urls: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the level and the sentence for each address that something is wrong with."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in sorted(urls):
        by_host[urlsplit(url).netloc].append(url)
    faults: dict[str, tuple[str, str]] = {}
    unreached: list[str] = []
    free = asyncio.Semaphore(_HOSTS_AT_ONCE)

    async def open_all(pages: list[str]) -> None:
        async with free, httpx.AsyncClient(headers=_BROWSER, timeout=_SECONDS, follow_redirects=True) as client:
            for url in pages:
                try:
                    urlsplit(url).port  # noqa: B018  Raises ValueError if it is none; connecting would raise anything.
                    async with client.stream("GET", url) as response:
                        if fault := _fault(url, response):
                            faults[url] = fault
                except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
                    faults[url] = (
                        WARNING,
                        f"can't be opened ({type(failure).__name__}). Look whether it is still there.",
                    )
                    unreached.append(url)

    await asyncio.gather(*map(open_all, by_host.values()))
    if unreached and len(unreached) == sum(map(len, by_host.values())):
        raise Offline("Not one of the links can be opened. Is this machine connected to the internet?")
    return faults


def _fault(url: str, response: httpx.Response) -> tuple[str, str] | None:
    if response.status_code in _GONE:
        return ERROR, f"is gone (status {response.status_code}). Find where it is now, or another page that says it."
    if response.is_error:
        return WARNING, f"can't be looked at by a program (status {response.status_code}). Open it in a browser."
    if urlsplit(url).path.strip("/") and not response.url.path.strip("/") and not response.url.query:
        return WARNING, f"leads to the front page of {response.url.host} now. Find the page that says it."
    return None
