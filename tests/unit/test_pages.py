"""The assistant's own pages: an answer's markup as HTML, and nothing that a text could smuggle in."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot.channels.web.pages import TEMPLATES
from bot.channels.web.widget import Served
from bot.content.answer_files import read_widget_words
from bot.content.markup import read
from tests.support.markup import EXAMPLES


def blocks(text: str) -> str:
    return TEMPLATES.get_template("blocks.html").render(blocks=read(text)).strip()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text)
def test_markup_is_shown_as(example):
    assert blocks(example.text).replace(' rel="noreferrer"', "") == example.html


def test_a_link_tells_the_other_site_nothing():
    assert 'rel="noreferrer"' in blocks("[the page](https://example.org)")


def test_an_address_can_not_leave_its_attribute():
    assert blocks('[a](https://b.org/"onclick="alert`1`)').count('"') == 4


def test_a_title_is_no_html():
    file, front = Served.of(b""), read_widget_words().data["front"]
    shared = {
        "language": "en",
        "direction": "",
        "leave_to": "",
        "style": file,
        "exit": file,
        "front": {**front, "words": defaultdict(str)},
    }
    page = TEMPLATES.get_template("answer.html").render(title="<b>", blocks=[], follow_ups=[], **shared)
    assert "<b>" not in page
