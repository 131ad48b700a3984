"""What the tests of quality share: messages that are sent once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.screening import Screened, screen


@pytest.fixture(scope="session")
def screened_messages(assistant) -> list[Screened]:
    """The messages of tests/danger/messages.tsv."""
    return screen(assistant, "messages")


@pytest.fixture(scope="session")
def screened_blind(assistant) -> list[Screened]:
    """The blind messages, without their words: rules would be written for what one reads, and they'd be blind no more."""
    return [replace(message, text="a blind one") for message in screen(assistant, "blind")]
