"""/topics and /services: pages of buttons that take each other's place, from the answers' titles and short texts."""

from __future__ import annotations

from bot.channels.telegram.showing import IN_PLACE, MENU, MOST_CHARACTERS, Shown, escaped, keyboard
from bot.content.answers import Address
from bot.content.library import Library

SERVICES = "service"
_ABOUT_DRUGS = ("safety", "drug", "health", "people", "law")
GROUPS = ("urgent", "faq", SERVICES, "support", *_ABOUT_DRUGS, "field", "principle", "goal", "chat")
"""The groups of answers that /topics shows. Each has its name in the phrases, `topics_<group>`."""


def page(library: Library, group: str) -> Shown:
    """Return the page of a group of answers, or for any other word the page with all groups."""
    return _answers(library, group) if group in GROUPS else _groups(library)


def way_back(library: Library, address: Address) -> tuple[str, str] | None:
    """Return the button that leads from an answer to its page: title and data."""
    group = library[address.answer_id].group if address.answer_id in library else ""
    return (_back(library, f"topics_{group}"), f"{MENU}{group}") if group in GROUPS else None


def _groups(library: Library) -> Shown:
    phrases = library.phrases
    buttons = [(phrases[f"topics_{group}"], f"{MENU}{group}") for group in GROUPS]
    return Shown([escaped(phrases["topics"])], keyboard(buttons))


def _answers(library: Library, group: str) -> Shown:
    answers = [answer for answer in library if answer.group == group and not answer.button_only]
    heading = f"<b>{escaped(library.phrases[f'topics_{group}'])}</b>"
    lines = [f"<b>{escaped(answer.title)}</b>\n{escaped(answer.short)}".strip() for answer in answers]
    text = "\n\n".join([heading, *lines])
    buttons = [(answer.title, IN_PLACE + answer.id) for answer in answers]
    buttons.append((_back(library, "topics_all"), MENU))
    return Shown([text if len(text) <= MOST_CHARACTERS else heading], keyboard(buttons))


def _back(library: Library, phrase: str) -> str:
    return f"« {library.phrases[phrase]}"
