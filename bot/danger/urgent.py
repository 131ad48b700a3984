"""What someone in danger gets. Whatever is broken, they get words: nothing here raises."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator

from bot.content.answers import Address
from bot.content.composing import offer, reply_of
from bot.content.library import library
from bot.content.reply import Button, Choice, InCountry, Kind, Reply, distinct
from bot.danger import families
from bot.danger.directory import Country, directory
from bot.danger.families import CRISIS_ANSWERS

OVERDOSE, CRISIS = Address(families.OVERDOSE), Address(families.CRISIS)
BUILT_IN_TEXT = (
    "Call your local emergency number now (112 in the EU, 999 in the UK, 911 in the USA and Canada). "
    "If someone can't be woken or isn't breathing well, give naloxone if there is any, and stay with them. "
    "If you might hurt yourself, call too, or find someone to talk to at findahelpline.com."
)
"""Said only if the answer can't be."""

logger = logging.getLogger(__name__)


def urgent_reply(address: Address, country_id: str | None = None) -> Reply:
    """Return an urgent answer with the emergency number: the one of the person's country if it is known, else several.

    If the answer can't be shown, the built-in text stands in for it, under the same address.
    """
    try:
        reply = reply_of(library(), address)
        parts = [numbers(country_id, address), reply.text]
        text = "\n\n".join(reversed(parts) if address.answer_id in CRISIS_ANSWERS else parts)
        choose = [Button(library().phrases["choose_country"], Choice.COUNTRY)] if directory() else []
        return dataclasses.replace(reply, text=text, buttons=(*reply.buttons, *choose))
    except Exception as failure:  # noqa: BLE001  Whatever is broken, someone in danger gets words.
        logger.error("An urgent answer can't be shown (%s), so the built-in text is.", type(failure).__name__)
        return Reply(Kind.URGENT, BUILT_IN_TEXT, answer=address)


def warned(reply: Reply, danger: Address) -> Reply:
    """Return a reply that begins with what to do if the danger that was mentioned is happening now."""
    line = library().phrases["if_now_crisis" if danger.answer_id in CRISIS_ANSWERS else "if_now_overdose"]
    buttons = distinct([*offer(library(), [danger]), *reply.buttons])
    return dataclasses.replace(reply, text=f"{line}\n\n{reply.text}", buttons=buttons)


def country_buttons() -> tuple[Button, ...]:
    """Return a button for each country of the directory."""
    return tuple(Button(country.name, InCountry(country.id)) for country in directory().values())


def numbers(country_id: str | None, address: Address) -> str:
    """Return the emergency number, and crisis lines if they are what is needed: a country's, or the commonest."""
    country = directory().get(country_id or "")
    return "\n".join(_sentences(country, address.answer_id in CRISIS_ANSWERS))


def _sentences(country: Country | None, crisis: bool) -> Iterator[str]:
    phrases = library().phrases
    if country is None:
        yield phrases["emergency_numbers"]
        if crisis:
            yield phrases["crisis_lines"].strip()
        return
    yield phrases["emergency_number"].replace("{country}", country.name).replace("{number}", country.emergency)
    if crisis:
        for line in country.lines:
            yield f"- {line}"
