# ruff: noqa: RUF001  Letters that look like others are the point.
"""What people type is brought into ordinary letters."""

from __future__ import annotations

import pytest

from bot.conversation.characters import readable


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ｈｅｌｐ ｍｅ", "help me"),
        ("he\u200blp \ufeffme\u2060", "help me"),
        ("𝐡𝐞𝐥𝐩 𝐦𝐞", "help me"),
        ("👍", "thumbs up"),
        ("👍🏽", "thumbs up"),
        ("🆘", "SOS"),
        ("👋🏿", "waving hand"),
        ("🆘🆘", "SOS"),
        ("👎🏿", "that was no help"),
        ("😭😭", "I feel sad"),
        ("😱", "I'm scared"),
        ("😂", "thanks"),
        ("🙃", "🙃"),
        ("🤷🏽", "🤷🏽"),
        ("🙃 💊", "pill"),
        ("thanks 👍", "thanks 👍"),
        ("ok \ud83d", "ok "),
        ("\ud83d", ""),
        ("?!", "?!"),
        ("is it 50 %", "is it 50 %"),
        ("¿dónde está?", "¿dónde está?"),
    ],
)
def test_it_is_read_as_it_was_meant(typed, read):
    assert readable(typed) == read


def test_emoji_of_several_parts_get_words():
    assert readable("👩‍🚒") != ""
