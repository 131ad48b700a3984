"""What in an answer needs a source, and which sources can't back it. Warnings stop nothing."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from bot.checking import report as checking
from bot.checking.claims import Claims
from bot.cli import app
from tests.support.small_content import check

CLAIMS = Claims(["heroin", "benzos"])
OURS = "sources:\n  - title: Ours\n    url: /about\n"
CRIME = "faq/faq/crime.yml"


def edited(data, pattern, new):
    path = data / CRIME
    path.write_text(re.sub(pattern, new, path.read_text(), count=1))
    return [str(warning) for warning in check(data).warnings if "crime.yml" in str(warning)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("It fell by 61% that year.", ["61%"]),
        ("About 1 in 10 keep it.", ["1 in 10"]),
        ("Start within 72 hours.", ["72"]),
        ("It saved 32,000.", ["32,000"]),
    ],
)
def test_a_figure_is_a_claim(text, figures):
    assert list(CLAIMS.figures(text)) == figures


@pytest.mark.parametrize(
    "text",
    [
        "Here are three steps.",
        "1. Call.\n2. Stay.",
        "They answer 24 hours a day.",
        "Call [1-800-972-0590](tel:18009720590).",
        "Call 112, 999 or 911.",
        "Ring 0800 1111.",
        "That was in 2024.",
        "7-OH, 2C-B, B12 and K2.",
    ],
)
def test_these_numbers_are_no_figures(text):
    assert list(CLAIMS.figures(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Studies show that it works.",
        "Research backs it.",
        "In a small study it did.",
        "The evidence is mixed.",
        "Mixing benzos can kill.",
        "Heroin slows your breathing.",
    ],
)
def test_research_and_what_a_drug_does_are_findings(text):
    assert list(CLAIMS.findings(text))


@pytest.mark.parametrize(
    "text",
    [
        "You can talk about heroin here.",
        "Take part in research.",
        "Overdoses can be prevented.",
        "Research chemicals vary.",
    ],
)
def test_a_name_or_a_topic_alone_is_no_finding(text):
    assert not list(CLAIMS.findings(text))


def test_a_claim_that_only_our_own_page_covers_is_a_warning(data):
    (warning,) = edited(data, r"answer: \|\n(?s:.*)reviewed_on", f"answer: |\n  Studies show it.\n{OURS}reviewed_on")
    assert re.search(r"crime.yml:\d+:1: warning: `answer` says 'Studies show'. No source that backs it", warning)


def test_what_no_claim_says_may_have_our_own_page_for_a_source(data):
    text = "short: Hello.\nanswer: |\n  Hello, here for 10 minutes.\n"
    assert edited(data, r"short: (?s:.*)reviewed_on", f"{text}{OURS}reviewed_on") == []


@pytest.mark.parametrize(
    ("url", "weakness"),
    [
        ("https://example.org", "a site's front page"),
        ("https://example.org/", "a site's front page"),
        ("https://en.wikipedia.org/wiki/Harm_reduction", "Wikipedia"),
    ],
)
def test_a_source_that_is_no_page_of_its_own_is_a_warning(data, url, weakness):
    assert any(f"`url` is {weakness}" in warning for warning in edited(data, r"url: https://.*", f"url: {url}"))


def test_a_page_named_by_its_query_is_a_page_of_its_own(data):
    assert edited(data, r"url: https://.*", "url: https://example.org/?p=192") == []


def test_warnings_are_no_problems(data, monkeypatch):
    edited(data, r"url: https://.*", "url: https://example.org")
    report = check(data)
    monkeypatch.setattr(checking, "check", lambda: report)
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 0
    assert ": warning: " in result.output
