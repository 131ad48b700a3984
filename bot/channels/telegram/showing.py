"""Makes what Telegram shows: HTML in messages of the length that it allows, and keyboards."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.content.markup import LINK, Line, Link, Paragraph, read
from bot.content.reply import Kind, Reply

MOST_CHARACTERS = int(MessageLimit.MAX_TEXT_LENGTH)
IN_PLACE = ":"
"""Begins the data of a button whose answer takes the place of the message that it is under."""
MENU = "="
"""Begins the data of a button that leads to a page of /topics."""

DELETE = "-"
"""The data of the button that deletes the messages of a conversation."""

_MOST_DATA_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
_MOST_NUMBERS = 3
"""How many numbers can be copied: they share a row."""
_HALF_A_ROW = 16
"""How long a title may be to share its row with another one."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Shown:
    """A reply as Telegram shows it: HTML, a text for each message, and the keyboard below the last one."""

    texts: Sequence[str]
    keyboard: InlineKeyboardMarkup | None = None


def shown(reply: Reply, phrases: Mapping[str, str], heading: str = "", in_place: bool = False) -> Shown:
    """Show a reply of the assistant."""
    prefix = IN_PLACE if in_place else ""
    below = keyboard((button.title, prefix + str(button.target)) for button in reply.buttons)
    if reply.kind is Kind.URGENT and (numbers := _copied(reply.text, phrases)):
        below = InlineKeyboardMarkup([numbers, *(below.inline_keyboard if below else ())])
    return Shown(messages(reply.text, heading, _footer(reply, phrases)), below)


def _copied(text: str, phrases: Mapping[str, str]) -> list[InlineKeyboardButton]:
    """Return buttons that copy the first phone numbers of a text: Telegram makes no link of one as short as 112."""
    numbers = dict.fromkeys(link[2].removeprefix("tel:") for link in LINK.finditer(text) if link[2].startswith("tel:"))
    return [
        InlineKeyboardButton(phrases["copy_number"].replace("{number}", number), copy_text=CopyTextButton(number))
        for number in list(numbers)[:_MOST_NUMBERS]
    ]


def messages(text: str, heading: str = "", footer: str = "") -> list[str]:
    """Return a text as HTML, in as many messages as it needs; a message ends where a sentence ends.

    The text is in the markup of answers. The heading is plain; the footer is HTML.
    """
    room = MOST_CHARACTERS - (_length(heading) + 2 if heading else 0)
    texts = list(_packed(_sentences(text, room), room)) or [""]
    parts = [_html(part) for part in texts]
    if heading:
        parts[0] = f"<b>{escaped(heading)}</b>\n\n{parts[0]}".strip()
    if footer and _length(texts[-1]) + 2 + _length(visible(footer)) <= room:
        parts[-1] = f"{parts[-1]}\n\n{footer}".strip()
    elif footer:
        parts.append(footer)
    return parts


def keyboard(buttons: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """Return a keyboard of titles and what each stands for; short titles share a row.

    `bot check` refuses ids that are too long for a button. If one is in use without a check, it costs its button only.
    """
    rows: list[list[InlineKeyboardButton]] = []
    for title, data in buttons:
        if len(data.encode()) > _MOST_DATA_BYTES:
            continue
        button = InlineKeyboardButton(title, callback_data=data)
        neighbour = rows[-1][0].text if rows and len(rows[-1]) == 1 else None
        if neighbour and len(neighbour) <= _HALF_A_ROW and len(title) <= _HALF_A_ROW:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def one_button(title: str, **what: Any) -> InlineKeyboardMarkup:
    """Return a keyboard with one button; `what` is what it does, as Telegram calls it."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, **what)]])


def with_button(what: Shown, button: tuple[str, str] | None) -> Shown:
    """Return a reply with one more button below, of its title and what it stands for."""
    if button is None:
        return what
    rows = what.keyboard.inline_keyboard if what.keyboard else ()
    return Shown(what.texts, InlineKeyboardMarkup([*rows, [InlineKeyboardButton(button[0], callback_data=button[1])]]))


def escaped(text: str) -> str:
    """Return plain text as HTML."""
    return html.escape(text, quote=False)


def _footer(reply: Reply, phrases: Mapping[str, str]) -> str:
    """Return the sources and the day of the last check, folded; nothing if the assistant only speaks of itself."""
    sources = [_anchor(source.title, source.url) for source in reply.sources if not source.url.startswith("/")]
    if not sources:
        return ""
    checked = f"{phrases['checked_on']} {reply.checked_on}."
    while sources:
        footer = f"{phrases['sources']}: {'; '.join(sources)}. {checked}"
        if _length(visible(footer)) <= MOST_CHARACTERS:
            return f"<blockquote expandable>{footer}</blockquote>"
        sources.pop()
    return f"<blockquote>{checked}</blockquote>"


def _sentences(text: str, most: int) -> Iterator[str]:
    """Yield a text's sentences, each with the space after it; one that is too long comes in pieces."""
    links = [link.span() for link in LINK.finditer(text)]
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if any(first < end < last for first, last in links):
            continue
        yield from _pieces(text[start:end], most)
        start = end


def _pieces(sentence: str, most: int) -> Iterator[str]:
    while _length(sentence) > most:
        end = min(most, len(sentence))
        while _length(sentence[:end]) > most:
            end -= 1
        end = sentence.rfind(" ", 1, end) + 1 or end
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence


def _packed(sentences: Iterable[str], most: int) -> Iterator[str]:
    message = ""
    for sentence in sentences:
        if _length((message + sentence).strip()) > most:
            yield message.strip()
            message = ""
        message += sentence
    if message.strip():
        yield message.strip()


def _length(text: str) -> int:
    """Return the length of a text as Telegram may count it, in UTF-16 units; the link addresses in it count too."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(text: str) -> str:
    """Return what people see of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def _html(text: str) -> str:
    """Return an answer's text as HTML; what Telegram then shows is at most as long as the text."""
    html_text = ""
    for block in read(text):
        if isinstance(block, Paragraph):
            html_text += f"\n\n{_line(block.line)}"
        else:
            html_text += "" if block.tight else "\n"
            html_text += "".join(f"\n{mark} {_line(item)}" for mark, item in block.numbered("•"))
    return html_text.strip()


def _line(line: Line) -> str:
    return "".join(
        _anchor(part.words, part.address) if isinstance(part, Link) else escaped(part.words) for part in line
    )


def _anchor(words: str, address: str) -> str:
    """Return a link; Telegram opens web addresses only, and finds phone numbers by itself."""
    words = escaped(words)
    if address.startswith("https://"):
        return f'<a href="{html.escape(address)}">{words}</a>'
    kind, _, number = address.partition(":")
    return (
        words if kind not in ("tel", "sms") or number in re.sub("[ -]", "", words) else f"{words} ({escaped(number)})"
    )
