"""/topics and /services: pages of buttons that take each other's place, from the answers' titles and short texts."""

from __future__ import annotations

from bot.channels.telegram.showing import IN_PLACE, MENU, MOST_CHARACTERS, Shown, escaped, keyboard
from bot.content.answers import Address
from bot.content.groups import own_groups
from bot.content.library import Library

SERVICES = "service"
_ABOUT_DRUGS = ("safety", "drug", "health", "people", "law")
SHIPPED_GROUPS = ("urgent", "faq", SERVICES, "support", *_ABOUT_DRUGS, "field", "principle", "goal", "chat")
"""The groups of answers that /topics shows. Each has its name in the phrases, `topics_<group>`."""


def groups(library: Library) -> dict[str, str]:
    """Return the groups that /topics shows, each with its name. An organisation's own come before what is shipped.

    Only danger comes before them.
    """
    own = {group: title for group, title in own_groups().items() if any(answer.group == group for answer in library)}
    urgent, *others = SHIPPED_GROUPS
    names = {group: library.phrases[f"topics_{group}"] for group in SHIPPED_GROUPS}
    return {urgent: names[urgent], **own, **{group: names[group] for group in others}}


def page(library: Library, group: str) -> Shown:
    """Return the page of a group of answers, or for any other word the page with all groups."""
    return _answers(library, group) if group in groups(library) else _all_groups(library)


def way_back(library: Library, address: Address) -> tuple[str, str] | None:
    """Return the button that leads from an answer to its page: title and data."""
    group = library[address.answer_id].group if address.answer_id in library else ""
    name = groups(library).get(group)
    return (_back(name), f"{MENU}{group}") if name else None


def _all_groups(library: Library) -> Shown:
    buttons = [(name, f"{MENU}{group}") for group, name in groups(library).items()]
    return Shown([escaped(library.phrases["topics"])], keyboard(buttons))


def _answers(library: Library, group: str) -> Shown:
    answers = [answer for answer in library if answer.group == group and not answer.button_only]
    heading = f"<b>{escaped(groups(library)[group])}</b>"
    lines = [f"<b>{escaped(answer.title)}</b>\n{escaped(answer.short)}".strip() for answer in answers]
    text = "\n\n".join([heading, *lines])
    buttons = [(answer.title, IN_PLACE + answer.id) for answer in answers]
    buttons.append((_back(library.phrases["topics_all"]), MENU))
    return Shown([text if len(text) <= MOST_CHARACTERS else heading], keyboard(buttons))


def _back(name: str) -> str:
    return f"« {name}"
