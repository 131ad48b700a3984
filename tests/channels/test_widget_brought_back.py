"""A page that the browser keeps when it is left, and brings back: the chat in it is empty. In the whole of Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.test_widget_leaving import is_forgotten, key_of
from tests.support import eventually
from tests.support.chromium import WHOLE, Chat, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(WHOLE) as running:
        yield running


def brought_back(chat: Chat, sites) -> None:
    """Follow a link and come back to the page, as the browser has kept it."""
    chat.page.evaluate("window.kept = true")
    chat.page.goto(f"{sites.host}/elsewhere")
    chat.page.go_back(wait_until="commit")
    assert chat.page.evaluate("window.kept")


def test_a_page_that_is_brought_back_is_empty(visit, sites):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.field.fill("half a thought")
    brought_back(chat, sites)
    expect(chat.page.locator("ask-chat .bubble")).to_have_count(1)
    expect(chat.field).to_have_value("")


def test_a_page_that_is_brought_back_was_forgotten_by_the_server(visit, server, sites):
    chat = visit().open()
    key = key_of(chat)
    brought_back(chat, sites)
    eventually(lambda: is_forgotten(server, key))


def test_leave_now_works_on_a_page_that_was_brought_back(visit, sites):
    chat = visit().open()
    chat.ask("hello")
    brought_back(chat, sites)
    chat.button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)
