"""`python -m bot add-danger`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.failed import Failed, failing_on

if TYPE_CHECKING:
    from bot.danger.rules import Screened


def add_danger(
    message: Annotated[list[str], typer.Argument(help="The message, in your own words.", show_default=False)],
    near_miss: Annotated[
        bool, typer.Option("--near-miss", help="No one is in danger: it must not be taken for urgent.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Add it to the sign's file.")] = False,
) -> None:
    """Say what the rules for danger make of a message, and which file it belongs in."""
    text = " ".join(" ".join(message).split())
    if not text:
        raise Failed('Give a message: python -m bot add-danger "he fell and wont get up".')
    from bot.content.problems import BrokenFile
    from bot.danger.homes import append, homes
    from bot.danger.messages import danger_documents, labelled_messages
    from bot.danger.rules import danger_rules

    with failing_on(BrokenFile):
        documents = danger_documents()
    for known in (known for document in documents for known in labelled_messages(document)):
        if known.text.lower() == text.lower():
            raise Failed(f"{known.location}: has this message already.")
    screened = danger_rules().screen(text)
    print(_told(screened))
    files = homes(text, documents, near_miss=near_miss)
    signs = [file for file in files if _is_sign(file)]
    found = [file for file in signs if screened.sign and Path(file).stem == screened.sign.name]
    sign, pairs = (found or signs)[0], next(file for file in files if "/pairs/" in file)
    key = "near_misses" if near_miss else "messages"
    if write:
        print(f"Added in {sign}, line {append(Path(sign), key, text)}. Now run: python -m bot check")
        return
    print(f"It belongs in {sign}, under `{key}`; --write adds it there.")
    print(f"Likely signs, too: {', '.join(file for file in signs[:4] if file != sign)}.")
    print(f"Only the classifier needs it? Then write a pair, two lines, in {pairs}.")


def _told(screened: Screened) -> str:
    if not screened.sign:
        return "The rules find no sign of danger in it."
    found = f"The rules find the sign `{screened.sign.name}`, which leads to {screened.sign.answer_id}"
    if screened.not_now:
        return f"{found}; but a wording of data/danger/not_now/ says that it isn't happening now, so it isn't urgent."
    return f"{found}."


def _is_sign(file: str) -> bool:
    folder = Path(file).parent
    return folder.parent.name == "danger" and folder.name in ("overdose", "crisis")
