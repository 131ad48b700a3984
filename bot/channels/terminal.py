"""The assistant in a terminal: what a question is answered with and why, or a conversation."""

from __future__ import annotations

import json
import re
import secrets
import textwrap
from collections.abc import Iterable

from bot.content.markup import LINK
from bot.content.reply import Button, Kind, Reply
from bot.conversation.assistant import Assistant
from bot.conversation.explain import ask
from bot.conversation.messages import Refused, Said

_CHANNEL = "terminal"
_WIDTH = 88


async def ask_and_explain(assistant: Assistant, question: str) -> None:
    """Print what a question is answered with, and why."""
    asked = await ask(assistant, question)
    section = f", section `{asked.section}`" if asked.section else ""
    print(f"{asked.decision.value}: {asked.answer_id}{section}, confidence {asked.confidence:.2f}")
    for one in asked.alternatives:
        print(f"    or {one.answer_id} ({one.confidence:.2f})")
    for reply in asked.replies:
        _print_reply(reply)


async def ask_as_json(assistant: Assistant, lines: Iterable[str]) -> None:
    """Write one JSON object a line for each question."""
    for line in lines:
        asked = await ask(assistant, line.rstrip("\r\n"))
        print(json.dumps(asked.as_json(), ensure_ascii=False), flush=True)


async def chat(assistant: Assistant) -> None:
    """Talk with the person at the terminal until they leave."""
    conversation = secrets.token_hex(16)
    buttons: tuple[Button, ...] = ()
    print("Ask anything. A number presses a button; an empty line or Ctrl+D leaves.")
    while line := _typed():
        pressed = buttons[int(line) - 1] if line.isdecimal() and 0 < int(line) <= len(buttons) else None
        said = Said(conversation, _CHANNEL, "" if pressed else line, pressed.target if pressed else None)
        print("…", end="", flush=True)
        try:
            replies = await assistant.reply(said)
        except Refused as refused:
            replies = [Reply(Kind.FALLBACK, refused.sentence)]
        print("\r", end="")
        for reply in replies:
            _print_reply(reply)
            buttons = reply.buttons


def _typed() -> str:
    try:
        return input("\nyou > ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def _plain(link: re.Match[str]) -> str:
    """Return a link as a terminal can show it: a number to call stands for itself."""
    words, address = link.groups()
    return f"{words} ({address})" if address.startswith("https://") else words


def _print_reply(reply: Reply) -> None:
    print()
    for line in LINK.sub(_plain, reply.text).splitlines():
        print(textwrap.fill(line, _WIDTH, subsequent_indent="  " if line[:1] in "-123456789" else "") if line else "")
    for number, button in enumerate(reply.buttons, start=1):
        print(f"  [{number}] {button.title}")
    for source in reply.sources:
        print(f"  Source: {source.title}, {source.url}")
    if reply.checked_on:
        print(f"  Checked on {reply.checked_on}")
