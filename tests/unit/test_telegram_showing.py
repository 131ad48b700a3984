"""Whatever an answer says, Telegram takes it: the right HTML, the right length, the right buttons."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.browsing import SHIPPED_GROUPS, page
from bot.channels.telegram.showing import IN_PLACE, keyboard, messages, shown
from bot.content.answers import MORE, MOST_ID_CHARACTERS, SECTIONS, Address
from bot.content.library import Library
from bot.content.markup import LINK
from bot.content.problems import BrokenFile
from bot.content.reply import Kind, Reply
from bot.content.schema import read_as
from tests.support.telegram_api import MOST_CHARACTERS, visible

LIBRARY = Library()
PHRASES = LIBRARY.phrases

markup = st.sampled_from(
    ["<b>", "</b>", "&amp;", "&", "<", "[words](https://example.org/a?b=c&d=e)", "[", "](", "\n\n", "\n- ", ". ", '"']
)
texts = st.lists(st.one_of(markup, st.text(st.characters(exclude_categories=["Cs", "Cc"])))).map("".join)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 400))


def words(text: str) -> str:
    """What has to arrive of a text: its visible characters, whatever the spaces between them and the bullets of lists."""
    return "".join(text.replace("•", "-").split())


@given(texts)
def test_a_text_arrives_whole(text):
    plain = LINK.sub(lambda link: link[1], text)
    assert words("".join(visible(part) for part in messages(text) if part)) == words(plain)


@settings(deadline=None)  # Hundreds of lists take their time on a busy machine.
@given(long_texts, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_no_message_is_too_long(text, heading):
    footer = "<blockquote>Sources</blockquote>"
    parts = [visible(part) for part in messages(text, heading, footer)]
    assert all(len(part.encode("utf-16-le")) // 2 <= MOST_CHARACTERS for part in parts)


@given(st.lists(st.text("abc ", min_size=20, max_size=300).map(lambda text: f"{text}x. "), min_size=60, max_size=80))
def test_messages_end_where_sentences_end(sentences):
    assert all(part.endswith("x.") for part in messages("".join(sentences)))


def test_a_sentence_longer_than_a_message_is_cut_between_words():
    assert all(part.startswith("word") and part.endswith("word") for part in messages("word " * 2000))


def test_emoji_count_twice_as_telegram_may_count_them():
    assert [len(part) for part in messages("💊" * 4096)] == [2048, 2048]


def test_a_link_is_not_cut_in_two():
    text = "a. " * 1360 + "[one. two. three](https://example.org)"
    assert '<a href="https://example.org">one. two. three</a>' in messages(text)[1]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("[HRI](https://hri.global/?a=1&b=2)", '<a href="https://hri.global/?a=1&amp;b=2">HRI</a>'),
        ("[Samaritans](tel:116123)", "Samaritans (116123)"),
        ("[116123](tel:116123)", "116123"),
        ("[privacy](/privacy)", "[privacy](/privacy)"),
        ("**bold**", "**bold**"),
        ("Call:\n- one\n- two\n\nAfter.", "Call:\n• one\n• two\n\nAfter."),
        ("Call:\n\n1. one\n2. two", "Call:\n\n1. one\n2. two"),
    ],
)
def test_is_shown_as(text, html):
    assert messages(text) == [html]


@pytest.mark.parametrize("answer", LIBRARY, ids=lambda answer: answer.id)
def test_every_answer_fits_into_one_message(answer):
    reply = Reply(Kind.ANSWER, answer.text, sources=answer.sources, checked_on=answer.reviewed_on)
    (text,) = shown(reply, PHRASES, answer.title).texts
    assert visible(text).startswith(answer.title)


@pytest.mark.parametrize("group", ["", *SHIPPED_GROUPS])
def test_every_menu_fits_into_one_message(group):
    (text,) = page(LIBRARY, group).texts
    assert len(visible(text)) <= MOST_CHARACTERS


def test_the_longest_id_fits_into_a_button_with_its_longest_part():
    address = Address("g" * MOST_ID_CHARACTERS, max([MORE, *SECTIONS], key=len))
    assert len(f"{IN_PLACE}{address}") == 64


def test_a_button_that_telegram_would_refuse_is_left_out():
    assert [
        [button.text for button in row] for row in keyboard([("a", "x" * 64), ("b", "é" * 33)]).inline_keyboard
    ] == [["a"]]


def test_short_titles_share_a_row():
    rows = keyboard([("Is it legal?", "a"), ("Who can use it", "b"), ("A title that needs a row of its own", "c")])
    assert [len(row) for row in rows.inline_keyboard] == [2, 1]


@pytest.mark.parametrize(("phrase", "most"), [("telegram_description", 512), ("telegram_short_description", 120)])
def test_a_description_longer_than_telegram_takes_is_reported(tmp_path, phrase, most):
    (tmp_path / "phrases.yml").write_text(yaml.safe_dump({**PHRASES, phrase: "x" * (most + 1)}))
    with pytest.raises(BrokenFile, match=f"`{phrase}` is {most + 1} characters long, the most is {most}"):
        read_as("phrases", tmp_path / "phrases.yml")


def copied(text: str, kind: Kind = Kind.URGENT) -> list[tuple[str, str]]:
    below = shown(Reply(kind, text), PHRASES).keyboard
    rows = below.inline_keyboard if below else ()
    return [(button.text, button.copy_text.text) for row in rows for button in row if button.copy_text]


def test_emergency_numbers_can_be_copied():
    assert copied("Call [112](tel:112) or [999](tel:999), and [112](tel:112).") == [
        ("Copy 112", "112"),
        ("Copy 999", "999"),
    ]


def test_at_most_three_numbers_can_be_copied():
    assert len(copied(" ".join(f"[{number}](tel:{number})" for number in range(110, 120)))) == 3


def test_numbers_of_an_ordinary_answer_have_no_button():
    assert copied("Call [112](tel:112).", Kind.ANSWER) == []
