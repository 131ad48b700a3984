"""What someone in danger gets. Whatever is broken, they get words: nothing here raises."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.content.answers import Address
from bot.content.composing import focused, offer, reply_of
from bot.content.library import library
from bot.content.reply import Button, Choice, InCountry, Kind, Reply, distinct
from bot.danger import cards
from bot.danger.directory import Country, Line, directory, phone_link

OVERDOSE, CRISIS = Address(cards.OVERDOSE), Address(cards.CRISIS)
_NEXT = tuple(
    Address(f"urgent/{name}") for name in ("not_breathing", "breathing_not_waking", "awake_again", "help_is_coming")
)
"""What may be the case next, when someone's body is in danger."""
BUILT_IN_TEXT = (
    "Call your local emergency number now ([112](tel:112) in the EU, [999](tel:999) in the UK, [911](tel:911) in the "
    "USA and Canada). "
    "If someone can't be woken or isn't breathing well, give naloxone if there is any, and stay with them. "
    "If you might hurt yourself, call too, or find someone to talk to at findahelpline.com."
)
"""Said only if the answer can't be."""
STORED_CARDS = (OVERDOSE, Address("urgent/not_breathing"), Address("urgent/breathing_not_waking"), CRISIS)
"""What a page keeps for someone who is in danger and can't reach the assistant."""
_SUPPORT_GROUP = "support"
MOST_COUNTRY_BUTTONS = 8
"""More would fill a phone's screen; people can type their country."""

logger = logging.getLogger(__name__)


def urgent_reply(
    address: Address, country_id: str | None = None, named_id: str | None = None, parts: Sequence[int] = ()
) -> Reply:
    """Return an urgent answer with the emergency number: the one of the person's country if it is known, else several.

    Of these, the first is that of the country that the message names, where the person may be. To a follow-up, only the
    parts that fit it are said (bot.content.passages), and then the numbers.

    If the answer can't be shown, the built-in text stands in for it, under the same address.
    """
    try:
        reply = focused(library(), reply_of(library(), address), parts)
        named = directory().get(named_id or "") if country_id is None else None
        first = f"{_emergency_number(named)}\n" if named else ""
        text = [first + numbers(country_id, address), reply.text]
        if parts or address.answer_id in cards.CRISIS_CARDS:
            text.reverse()
        choose = [Button(library().phrases["choose_country"], Choice.COUNTRY)] if directory() else []
        return dataclasses.replace(reply, text="\n\n".join(text), buttons=(*reply.buttons, *choose))
    except Exception as failure:  # noqa: BLE001  Whatever is broken, someone in danger gets words.
        logger.error("An urgent answer can't be shown (%s), so the built-in text is.", type(failure).__name__)
        return Reply(Kind.URGENT, BUILT_IN_TEXT, answer=address)


def stored_cards() -> dict[str, dict[str, str]]:
    """Return title and text of the cards that a page keeps, by id."""
    return {
        str(card): {"title": library().title(card), "text": urgent_reply(card).text}
        for card in STORED_CARDS
        if library().has(card)
    }


def with_check(reply: Reply) -> Reply:
    """Return a reply that also asks, below its text, whether someone is in danger, with a button for either kind."""
    phrases = library().phrases
    buttons = [Button(phrases["check_danger"], OVERDOSE), Button(phrases["check_crisis"], CRISIS)]
    return dataclasses.replace(
        reply, text=f"{reply.text}\n\n{phrases['check']}", buttons=distinct([*buttons, *reply.buttons]), checks=True
    )


def still_here(address: Address, country_id: str | None = None) -> Reply:
    """Return the question how things stand after an urgent answer, with the numbers, and what may come next."""
    phrases = library().phrases
    if address.answer_id in cards.CRISIS_CARDS:
        question, next_cards = phrases["still_here_crisis"], (CRISIS, *library()[str(CRISIS)].related)
    else:
        question, next_cards = phrases["still_here"], _NEXT
    buttons = offer(library(), next_cards)
    text = f"{question}\n\n{numbers(country_id, address)}"
    return Reply(
        Kind.CLARIFY, text, distinct([*buttons, Button(phrases["choose_country"], Choice.COUNTRY)]), checks=True
    )


def not_followed(address: Address, country_id: str | None = None) -> Reply:
    """Return what to say if what someone writes who was asked how things stand isn't understood either."""
    text = f"{library().phrases['lost_in_danger']}\n\n{numbers(country_id, address)}"
    return dataclasses.replace(still_here(address, country_id), text=text, checks=False)


def country_buttons() -> tuple[Button, ...]:
    """Return a button for each of the first countries of the directory."""
    countries = islice(directory().values(), MOST_COUNTRY_BUTTONS)
    return tuple(Button(country.name, InCountry(country.id)) for country in countries)


def country_reply(country: Country | None, urgent: Address | None) -> Reply:
    """Return all that is known for a country, with buttons for someone in danger.

    Args:
        country: where the person is; None if nothing is known for it.
        urgent: the urgent answer that the conversation is on, if it is on one: its button leads back to it.
    """
    buttons = tuple(offer(library(), (urgent,) if urgent else (OVERDOSE, CRISIS)))
    kind = Kind.URGENT if urgent else Kind.ANSWER
    if country is None:
        phrases = library().phrases
        return Reply(kind, f"{phrases['country_missing']}\n\n{phrases['emergency_numbers']}", buttons)
    text = "\n\n".join(_known(country))
    return Reply(kind, text, buttons, sources=country.sources, checked_on=country.checked_on)


def urgent_again(reply: Reply, country_id: str | None) -> Reply:
    """Return what to say instead of the same urgent answer once more: its steps are right above."""
    phrases, address = library().phrases, reply.answer or OVERDOSE
    is_crisis = address.answer_id in cards.CRISIS_CARDS
    text = f"{phrases['still_here_crisis' if is_crisis else 'urgent_again']}\n\n{numbers(country_id, address)}"
    return dataclasses.replace(reply, text=text)


def with_place(reply: Reply, country: Country | None) -> Reply:
    """Return a reply that says first what is known for a country that was asked about; or last, that nothing is."""
    missing = library().phrases["country_missing"]
    if country is None:
        return dataclasses.replace(reply, text=f"{reply.text}\n\n{missing}")
    crisis = country.crisis if reply.answer and reply.answer.group == _SUPPORT_GROUP else ()
    known: list[Line | str] = [*crisis, *country.drug_lines, *country.services, *country.law]
    if not known and country.name in reply.text:
        return reply
    said = [f"{country.name}:", *_items(known)] if known else [missing, _emergency_number(country)]
    parts = ["\n".join(said), reply.text] if known else [reply.text, "\n".join(said)]
    sources = (*reply.sources, *country.sources)
    return dataclasses.replace(reply, text="\n\n".join(parts), sources=sources)


def numbers(country_id: str | None, address: Address) -> str:
    """Return the emergency number, and crisis lines if they are what is needed: a country's, or the commonest."""
    country = directory().get(country_id or "")
    return "\n".join(_sentences(country, address.answer_id in cards.CRISIS_CARDS))


def _sentences(country: Country | None, crisis: bool) -> Iterator[str]:
    phrases = library().phrases
    if country is None:
        yield phrases["emergency_numbers"]
        if crisis:
            yield phrases["crisis_lines"].strip()
        return
    yield _emergency_number(country)
    if crisis:
        yield from _items(country.crisis)


def _known(country: Country) -> Iterator[str]:
    """Yield the emergency number, then a list with its heading for each kind of thing that is known."""
    note = f" ({country.emergency_note})" if country.emergency_note else ""
    yield _emergency_number(country) + note
    parts: dict[str, Sequence[Line | str]] = {
        "crisis": country.crisis,
        "drugs": country.drug_lines,
        "services": country.services,
        "law": country.law,
    }
    for name, entries in parts.items():
        if entries:
            yield "\n".join([library().phrases[f"country_{name}"], *_items(entries)])


def _emergency_number(country: Country) -> str:
    sentence = library().phrases["emergency_number"]
    return sentence.replace("{country}", country.name).replace("{number}", phone_link(country.emergency))


def _items(entries: Sequence[Line | str]) -> Iterator[str]:
    return (f"- {entry}" for entry in entries)
