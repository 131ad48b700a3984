"""How a verb fails: with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Failed(Exception):
    """A verb can't do its work; the message says what happened, where, and what to do."""


@contextmanager
def failing_on(*kinds: type[Exception]) -> Iterator[None]:
    """Make exceptions whose message is a sentence for people end the verb with it."""
    try:
        yield
    except kinds as failure:
        raise Failed(str(failure)) from failure
