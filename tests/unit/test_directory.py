"""Numbers by country: a broken entry is left out and reported, and urgent replies work on."""

from __future__ import annotations

import logging

import pytest

from actions.answers import ActionPick
from bot.content import DATA
from bot.content.library import library
from bot.content.reply import Choice, InCountry, Kind, target_of
from bot.danger import directory as module
from bot.danger.urgent import (
    CRISIS,
    MOST_COUNTRY_BUTTONS,
    OVERDOSE,
    country_buttons,
    country_reply,
    urgent_reply,
)
from tests.support.small_content import check
from tests.unit.test_danger_in_conversation import run

SMALL = """\
countries:
  - id: ca
    name: Canada
    emergency:
      number: "911"
      note: free
      source: {title: Emergency, url: "https://a.example"}
    crisis:
      - name: Crisis line
        contact: call 988
        source: {title: Crisis, url: "https://b.example"}
    drug_lines:
      - name: Drug line
        contact: call 100 200
        note: at night
        source: {title: Drugs, url: "https://c.example"}
    services:
      - name: Needle finder
        contact: finder.example
        source: {title: Finder, url: "https://d.example"}
    law:
      - text: Test strips are legal.
        source: {title: Law, url: "https://d.example"}
    checked_on: 2026-11-29
  - id: gb
    name: United Kingdom
    emergency:
      number: "999"
      source: {title: Emergency, url: "https://a.example"}
    crisis:
      - name: Samaritans
        contact: call 116 123
        source: {title: Crisis, url: "https://b.example"}
    checked_on: 2026-11-29
everywhere:
  - name: Find a Helpline
    contact: findahelpline.com
    source: {title: Helplines, url: "https://e.example"}
"""
BROKEN = {
    "a misspelt key": ("      number:", "      numbr:", "`number` is missing in `emergency`"),
    "a number with words": ('number: "911"', "number: call 911", "`number` is 'call 911'"),
    "a number that is a list": ('number: "911"', "number: [9, 1, 1]", "`number` should be a text"),
    "no emergency": ("    emergency:", "    emergencies:", "`emergency` is missing in entry 1 of `countries`"),
    "a long name": ("name: Canada", f"name: {'x' * 25}", "the most is 24"),
    "a source without address": ("https://a.example", "a.example", "isn't written as it should be"),
    "no day": ("checked_on: 2026-11-29", "checked_on: soon", "`checked_on` is 'soon'"),
    "a drug line without a contact": ("contact: call 100 200", "call: 100 200", "`contact` is missing"),
    "services that are a text": (
        "services:\n      - name",
        "services: none\n    x:\n      - name",
        "`services` should be",
    ),
    "a law without a source": ("legal.\n        source:", "legal.\n        from:", "`source` is missing"),
    "a law that is too long": ("Test strips", "Test strips" * 30, "the most is 200"),
}


@pytest.fixture
def in_use(tmp_path, monkeypatch):
    """Makes this process use another directory, and returns the countries."""

    def use(text: str | None) -> dict[str, module.Country]:
        file = tmp_path / "directory.yml"
        if text is not None:
            file.write_text(text)
        monkeypatch.setattr(module, "DIRECTORY_FILE", file)
        module.directory.cache_clear()
        return module.directory()

    yield use
    module.directory.cache_clear()


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_check_finds_in_the_directory(data, old, new, message):
    assert old in SMALL
    (data / "directory.yml").write_text(SMALL.replace(old, new, 1))
    problems = [str(problem) for problem in check(data).problems]
    assert any("directory.yml:" in problem and message in problem for problem in problems), problems


@pytest.mark.parametrize(("old", "new"), [case[:2] for case in BROKEN.values()], ids=BROKEN)
def test_a_broken_country_is_left_out_and_the_others_stay(in_use, old, new):
    assert [*in_use(SMALL.replace(old, new, 1))] == ["gb"]


def test_urgent_replies_name_the_numbers_of_the_other_countries(in_use):
    in_use(SMALL.replace("      number:", "      numbr:", 1))
    assert "(United Kingdom): [999](tel:999)" in urgent_reply(OVERDOSE, "gb").text
    assert "116 123" in urgent_reply(CRISIS, "gb").text
    assert "(Canada)" not in urgent_reply(OVERDOSE, "ca").text
    assert [button.target for button in country_buttons()] == [InCountry("gb")]


def test_the_number_of_a_country_that_is_named_comes_first():
    named = urgent_reply(OVERDOSE, None, "fr").text
    assert named.startswith("Emergency number (France): [112](tel:112)\nEmergency number: [112]")


def test_the_number_of_the_persons_country_stands_alone_whichever_is_named():
    assert urgent_reply(OVERDOSE, "gb", "fr") == urgent_reply(OVERDOSE, "gb")


def test_a_broken_line_for_everywhere_is_left_out(in_use):
    countries = in_use(SMALL.replace("contact: findahelpline.com", "contct: findahelpline.com"))
    assert len(countries) == 2
    assert "findahelpline" not in str(countries["gb"].crisis)


def test_what_is_left_out_is_logged(in_use, caplog):
    with caplog.at_level(logging.ERROR):
        in_use(SMALL.replace("      number:", "      numbr:", 1))
    assert "`number` is missing" in caplog.text


@pytest.mark.parametrize(
    "text",
    [None, "", "countries: [", "countries: no\n", "countries: [eu, gb]\n", "contries: []\n", "- eu\n", "\x00"],
    ids=["missing", "empty", "no YAML", "a text", "only ids", "a misspelt key", "a list", "a zero"],
)
def test_a_directory_that_cannot_be_used_is_empty_and_reported(in_use, caplog, text):
    with caplog.at_level(logging.ERROR):
        assert in_use(text) == {}
    assert "directory.yml:" in caplog.text
    reply = urgent_reply(OVERDOSE, "gb")
    assert "(United Kingdom)" not in reply.text
    assert Choice.COUNTRY not in [button.target for button in reply.buttons]


def test_a_country_that_is_there_twice_is_reported(data):
    (data / "directory.yml").write_text(SMALL.replace("- id: gb", "- id: ca"))
    assert "a second time" in str(check(data).problems[0])


def test_a_country_that_is_there_twice_keeps_its_first_entry(in_use):
    assert in_use(SMALL.replace("- id: gb", "- id: ca"))["ca"].emergency == "911"


def test_whatever_fails_the_directory_does_not_raise(in_use, monkeypatch):
    monkeypatch.setattr(module, "read_directory", lambda path: 1 / 0)
    assert in_use(SMALL) == {}


def test_a_country_is_shown_with_all_that_is_known_the_emergency_number_first(in_use):
    phrases = library().phrases
    assert country_reply(in_use(SMALL)["ca"], None).text.split("\n\n") == [
        "Emergency number (Canada): [911](tel:911) (free)",
        f"{phrases['country_crisis']}\n- Crisis line: call [988](tel:988)\n- Find a Helpline: findahelpline.com",
        f"{phrases['country_drugs']}\n- Drug line: call [100 200](tel:100200) (at night)",
        f"{phrases['country_services']}\n- Needle finder: finder.example",
        f"{phrases['country_law']}\n- Test strips are legal.",
    ]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("call or text 988, or chat at 988lifeline.org", "call or text [988](tel:988), or chat at 988lifeline.org"),
        (
            "call 13 11 14, or text 0477 13 11 14",
            "call [13 11 14](tel:131114), or text [0477 13 11 14](sms:0477131114)",
        ),
        ("text HOME to 741741", "text HOME to [741741](sms:741741)"),
        ("call 106, or WhatsApp 300 754 8933", "call [106](tel:106), or WhatsApp 300 754 8933"),
        ("111.wales.nhs.uk", "111.wales.nhs.uk"),
    ],
)
def test_a_number_to_call_or_text_is_a_link(contact, shown):
    assert str(module.Line("Line", contact, "")) == f"Line: {shown}"


def test_nothing_is_said_of_what_is_not_known(in_use):
    text = country_reply(in_use(SMALL)["gb"], None).text
    assert [key for key in ("drugs", "services", "law") if library().phrases[f"country_{key}"] in text] == []


def test_a_country_is_shown_with_its_sources_each_once(in_use):
    reply = country_reply(in_use(SMALL)["ca"], None)
    assert [source.url[8] for source in reply.sources] == ["a", "b", "e", "c", "d", "d"]
    assert (len(set(reply.sources)), reply.checked_on) == (6, "2026-11-29")


def test_the_note_on_a_number_stays_out_of_an_emergency_card(in_use):
    in_use(SMALL)
    assert "Emergency number (Canada): [911](tel:911)\n" in urgent_reply(OVERDOSE, "ca").text


def test_someone_in_danger_gets_from_the_numbers_back_to_their_card():
    picked = {"entity": "answer", "value": "country/gb"}
    reply, slots = run(ActionPick(), "pick", picked, topic="urgent/crisis")
    assert (reply.kind, [str(button.target) for button in reply.buttons]) == (Kind.URGENT, ["urgent/crisis"])
    assert slots == {"country": "gb"}


def test_without_danger_the_numbers_offer_both_cards():
    reply, _ = run(ActionPick(), "pick", {"entity": "answer", "value": "country/gb"})
    assert (reply.kind, [button.target for button in reply.buttons]) == (Kind.ANSWER, [OVERDOSE, CRISIS])


def test_of_a_country_that_is_not_there_nothing_is_known():
    reply, _ = run(ActionPick(), "pick", {"entity": "answer", "value": "country/zz"})
    phrases = library().phrases
    assert reply.text == f"{phrases['country_missing']}\n\n{phrases['emergency_numbers']}"


def test_few_countries_are_buttons():
    first = [*module.directory()][:MOST_COUNTRY_BUTTONS]
    reply, _ = run(ActionPick(), "pick", {"entity": "answer", "value": "country"})
    assert [button.target for button in reply.buttons] == [target_of(f"country/{country}") for country in first]


def test_there_are_more_countries_than_buttons_and_people_are_told_to_type_theirs():
    assert len(module.directory()) >= 30
    assert "type it" in library().phrases["which_country"]


def test_no_number_comes_from_an_encyclopedia():
    assert "wikipedia" not in (DATA / "directory.yml").read_text().lower()
