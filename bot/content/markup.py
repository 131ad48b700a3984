"""The markup of answers: paragraphs, `- ` and `1. ` lists, and links to websites and phones. Nothing else.

Each door shows the blocks in its own way. What isn't markup here stays the characters that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https://|tel:|sms:)(?:[^()\s]|\([^()\s]*\))+)\)")
"""A link: its words and its address, which may hold brackets in pairs. web/widget/markdown.js has the same pattern."""

_NEW_LINE = re.compile(r"\r\n?|\n")
_MEANT_AS_LINK = re.compile(r"(?:\[[^\[\]\n]*)?\]\(([^)\n]*)\)?")
_MEANT_AS_MARKUP = re.compile(r"\*\*|__|`|<[a-z/!]|https?://|\bwww\.|&#?\w+;|\\|[\[\]]")
_WORKS = re.compile(
    r"https://(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#].*)?(?<![,;])|(?:tel|sms):\+?\d[\d-]*", re.IGNORECASE
)
_MAY_BE_MARKUP = re.compile(r"[\[\]*_`<>#&\\|~]|://|www\.|^[ \t]*(?:[-+=]|\d+[.)])|^(?: {4}|\t)", re.MULTILINE)
"""What a text has somewhere unless it is plain words: looking for that is much faster than parsing."""
_HARMLESS = ("paragraph", "inline", "text", "softbreak", "hardbreak", "link", "code_block",
             "bullet_list", "ordered_list", "list_item")  # fmt: skip
"""What CommonMark may find in an answer: what answers have, and indented lines. `read` judges the lists."""


@dataclass(frozen=True)
class Text:
    """Plain characters, with the line breaks among them."""

    words: str


@dataclass(frozen=True)
class Link:
    """Words that lead to an address: `https://…`, `tel:…` or `sms:…`."""

    words: str
    address: str


Line = tuple[Text | Link, ...]
"""What stands in a paragraph, or in one item of a list."""


@dataclass(frozen=True)
class Paragraph:
    """Words between two empty lines."""

    line: Line


@dataclass(frozen=True)
class ListBlock:
    """A list, with numbers from `start` on if it is ordered; `tight` if it stands directly below a line."""

    items: tuple[Line, ...]
    ordered: bool = False
    start: int = 1
    tight: bool = False

    def numbered(self, bullet: str) -> Iterator[tuple[str, Line]]:
        """Yield each item with what stands before it: its number and a dot, or else `bullet`."""
        for number, item in enumerate(self.items, start=self.start):
            yield f"{number}." if self.ordered else bullet, item


Block = Paragraph | ListBlock


def read(text: str) -> list[Block]:
    """Return a text's blocks. Whatever the text is, only blank characters get lost."""
    return [block or _as_it_stands(source) for source, block in _blocks(text)]


@lru_cache(10_000)
def problems(text: str) -> tuple[str, ...]:
    """Return a sentence for each thing in a text that an author may mean as markup and that answers don't have."""
    return tuple(dict.fromkeys(_problems(text))) if _MAY_BE_MARKUP.search(text) else ()


def _problems(text: str) -> Iterator[str]:
    tokens = [one for token in _COMMONMARK.parse(text) for one in (token, *(token.children or ()))]
    signs = [
        "![" if token.type == "image" else (token.markup or token.content).split()[0]
        for token in tokens
        if token.type.removesuffix("_open").removesuffix("_close") not in _HARMLESS
    ]
    links = [address for _, address in LINK.findall(text) if not _WORKS.fullmatch(address)]
    for source, block in _blocks(text):
        signs += [] if block else source.split()[:1]
        for words in _plain(block or _as_it_stands(source)):
            links += _MEANT_AS_LINK.findall(words)
            signs += _MEANT_AS_MARKUP.findall(_MEANT_AS_LINK.sub("", words))
    for address in links:
        yield f"the link to {address!r} wouldn't work. Write [words](https://…), or tel: or sms: for a phone."
    for sign in signs:
        yield f"{sign!r} would be shown as it stands. Paragraphs, lists and links only."


def _plain(block: Block) -> Iterator[str]:
    lines = block.items if isinstance(block, ListBlock) else (block.line,)
    return (part.words for line in lines for part in line if isinstance(part, Text))


def _blocks(text: str) -> Iterator[tuple[str, Block | None]]:
    """Yield what each block says in the text, and the block; None for one that answers don't have."""
    text = _NEW_LINE.sub("\n", text)
    lines = text.split("\n")
    for node in SyntaxTreeNode(_READER.parse(text)).children:
        assert node.map
        first, end = node.map
        source = "\n".join(line.strip() for line in lines[first:end]).strip()
        block = _block(node, tight=first > 0 and bool(lines[first - 1].strip()))
        yield source, block if block and _written(block).split() == source.split() else None


def _as_it_stands(source: str) -> Paragraph:
    return Paragraph(_line(SyntaxTreeNode(_READER.parseInline(source))))


def _block(node: SyntaxTreeNode, tight: bool) -> Block | None:
    if node.type == "paragraph":
        return Paragraph(_line(node))
    items = [item.children for item in node.children]
    if any([child.type for child in item] != ["paragraph"] for item in items):
        return None  # A list in a list, or an item with nothing in it or with several paragraphs.
    start = node.attrs.get("start", 1)
    return ListBlock(tuple(_line(item[0]) for item in items), node.type == "ordered_list", int(start), tight)


def _line(node: SyntaxTreeNode) -> Line:
    """Return what stands in a node with one child, which has words, line breaks and links."""
    return tuple(
        Link(part.content, str(part.attrs["href"])) if part.type == "link" else Text(part.content or "\n")
        for part in node.children[0].children
    )


def _written(block: Block) -> str:
    """Return a block as an author writes it."""
    if isinstance(block, Paragraph):
        return _line_written(block.line)
    return "\n".join(f"{mark} {_line_written(item)}" for mark, item in block.numbered("-"))


def _line_written(line: Line) -> str:
    return "".join(f"[{part.words}]({part.address})" if isinstance(part, Link) else part.words for part in line)


def _read_link(state: StateInline, silent: bool) -> bool:
    """Read a link at the state's place, if there is one; replaces markdown-it's own rule, which takes more."""
    found = LINK.match(state.src, state.pos)
    if found and not silent:
        token = state.push("link", "a", 0)
        token.content, token.attrs = found[1], {"href": found[2]}
    if found:
        state.pos = found.end()
    return bool(found)


_READER = MarkdownIt("zero").enable(["list", "newline"]).disable("normalize")
_READER.inline.ruler.push("link", _read_link)
_COMMONMARK = MarkdownIt("commonmark")
"""What an author may be used to; it reads more than `_READER` does."""
