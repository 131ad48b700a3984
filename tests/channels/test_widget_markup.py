"""The widget reads answers' markup as the server does: both are held to the same examples."""

from __future__ import annotations

import pytest

from tests.support import ROOT
from tests.support.markup import EXAMPLES

AS_HTML = """text => {
  const box = document.createElement("div");
  box.append(...blocks(text, "https://example.org"));
  for (const added of box.querySelectorAll(".hidden")) added.remove();
  for (const link of box.querySelectorAll("a")) for (const name of ["target", "rel"]) link.removeAttribute(name);
  return box.innerHTML;
}"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content="const WORDS = {}")
    page.add_script_tag(path=ROOT / "web/widget/markdown.js")
    yield page
    page.close()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text)
def test_markup_is_shown_as(page, example):
    assert page.evaluate(AS_HTML, example.text) == example.html
