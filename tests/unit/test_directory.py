"""Numbers by country: a broken entry is left out and reported, and urgent replies work on."""

from __future__ import annotations

import logging

import pytest

from bot.checking.report import check
from bot.content import DATA
from bot.content.reply import Choice, InCountry
from bot.danger import directory as module
from bot.danger.urgent import CRISIS, OVERDOSE, country_buttons, urgent_reply

WHOLE = (DATA / "directory.yml").read_text()
BROKEN = {
    "a misspelt key": ("      number:", "      numbr:", "`number` is missing in `emergency`"),
    "a number with words": ('number: "112"', "number: call 112", "`number` is 'call 112'"),
    "a number that is a list": ('number: "112"', "number: [1, 1, 2]", "`number` should be a text"),
    "no emergency": ("    emergency:", "    emergencies:", "`emergency` is missing in entry 1 of `countries`"),
    "a long name": ("name: European Union", f"name: {'x' * 25}", "the most is 24"),
    "a source without address": ("url: https://europa", "url: europa", "isn't written as it should be"),
    "no day": ("checked_on: 2026-11-22", "checked_on: soon", "`checked_on` is 'soon'"),
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
    assert old in WHOLE
    (data / "directory.yml").write_text(WHOLE.replace(old, new, 1))
    problems = [str(problem) for problem in check(data).problems]
    assert any("directory.yml, line" in problem and message in problem for problem in problems), problems


@pytest.mark.parametrize(("old", "new"), [case[:2] for case in BROKEN.values()], ids=BROKEN)
def test_a_broken_country_is_left_out_and_the_others_stay(in_use, old, new):
    assert [*in_use(WHOLE.replace(old, new, 1))] == ["gb", "us", "ca"]


def test_urgent_replies_name_the_numbers_of_the_other_countries(in_use):
    in_use(WHOLE.replace("      number:", "      numbr:", 1))
    assert "(United Kingdom): 999" in urgent_reply(OVERDOSE, "gb").text
    assert "116 123" in urgent_reply(CRISIS, "gb").text
    assert "(European Union)" not in urgent_reply(OVERDOSE, "eu").text
    assert InCountry("eu") not in [button.target for button in country_buttons()]


def test_a_broken_line_for_everywhere_is_left_out(in_use):
    countries = in_use(WHOLE.replace("contact: findahelpline.com", "contct: findahelpline.com"))
    assert len(countries) == 4
    assert "findahelpline" not in str(countries["us"].lines)


def test_what_is_left_out_is_logged(in_use, caplog):
    with caplog.at_level(logging.ERROR):
        in_use(WHOLE.replace("      number:", "      numbr:", 1))
    assert "`number` is missing" in caplog.text


@pytest.mark.parametrize(
    "text",
    [None, "", "countries: [", "countries: no\n", "countries: [eu, gb]\n", "contries: []\n", "- eu\n", "\x00"],
    ids=["missing", "empty", "no YAML", "a text", "only ids", "a misspelt key", "a list", "a zero"],
)
def test_a_directory_that_cannot_be_used_is_empty_and_reported(in_use, caplog, text):
    with caplog.at_level(logging.ERROR):
        assert in_use(text) == {}
    assert "directory.yml, line" in caplog.text
    reply = urgent_reply(OVERDOSE, "gb")
    assert "(United Kingdom)" not in reply.text
    assert Choice.COUNTRY not in [button.target for button in reply.buttons]


def test_a_country_that_is_there_twice_is_reported(data):
    (data / "directory.yml").write_text(WHOLE.replace("- id: gb", "- id: eu"))
    assert "a second time" in str(check(data).problems[0])


def test_a_country_that_is_there_twice_keeps_its_first_entry(in_use):
    assert in_use(WHOLE.replace("- id: gb", "- id: eu"))["eu"].emergency == "112"


def test_whatever_fails_the_directory_does_not_raise(in_use, monkeypatch):
    monkeypatch.setattr(module, "read_directory", lambda path: 1 / 0)
    assert in_use(WHOLE) == {}
