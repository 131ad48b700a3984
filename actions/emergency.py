"""What goes with an urgent reply: the numbers of the person's country, and what to do if danger is near."""

from __future__ import annotations

from collections.abc import Iterator

from rasa_sdk import Tracker

from bot.content.library import library
from bot.danger.directory import Country, directory

COUNTRY_SLOT = "country"
CHOOSE_COUNTRY = "country"
"""What the button stands for that asks for the country; `country/gb` and so on stand for its choices."""
CRISIS = "urgent/crisis"


def country_choices() -> dict[str, str]:
    """Return a button for each country of the directory."""
    return {f"{CHOOSE_COUNTRY}/{country.id}": country.name for country in directory().values()}


def chosen_country(picked: str) -> str | None:
    """Return the id of the country that a button stands for."""
    prefix, _, country_id = picked.partition("/")
    return country_id if prefix == CHOOSE_COUNTRY and country_id in directory() else None


def numbers(country_id: str | None, answer_id: str) -> str:
    """Return a country's emergency number in a sentence, and its crisis lines if they are what is needed."""
    country = directory().get(country_id or "")
    return "\n".join(_sentences(country, answer_id)) if country else ""


def danger_near(tracker: Tracker) -> str | None:
    """Return the urgent answer that would be needed if what a message speaks of were happening now."""
    return next(tracker.get_latest_entity_values("danger"), None)


def if_now(answer_id: str) -> str:
    """Return the line that says what to do if it is happening now."""
    return library().phrases["if_now_crisis" if answer_id == CRISIS else "if_now_overdose"]


def _sentences(country: Country, answer_id: str) -> Iterator[str]:
    yield (
        library().phrases["emergency_number"].replace("{country}", country.name).replace("{number}", country.emergency)
    )
    if answer_id == CRISIS:
        for line in country.lines:
            yield f"- {line}"
