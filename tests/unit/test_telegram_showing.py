"""Whatever an answer says, Telegram takes it: the right HTML, the right length, the right buttons."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.browsing import GROUPS, page
from bot.channels.telegram.showing import data_of, keyboard, messages, shown, target_of
from bot.content import DATA
from bot.content.answers import Address
from bot.content.library import Library
from bot.content.problems import BrokenFile
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
    """What has to arrive of a text: its visible characters, whatever the spaces between them."""
    return "".join(re.sub(r"(?m)^- ", "• ", text).split())


@given(texts)
def test_a_text_arrives_whole(text):
    plain = re.sub(r"\[([^\[\]]+)\]\(([^()\s]+)\)", lambda link: link[1], text.strip())
    assert words("".join(visible(part) for part in messages(text) if part)) == words(plain)


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
        ("[privacy](/privacy)", "privacy"),
        ("- one\n- two", "• one\n• two"),
    ],
)
def test_is_shown_as(text, html):
    assert messages(text) == [html]


@pytest.mark.parametrize("answer", LIBRARY, ids=lambda answer: answer.id)
def test_every_answer_fits_into_one_message(answer):
    sources = [{"title": source.title, "url": source.url} for source in answer.sources]
    reply = {"text": answer.text, "buttons": [], "sources": sources, "checked_on": answer.reviewed_on}
    (text,) = shown(reply, PHRASES, answer.title).texts
    assert visible(text).startswith(answer.title)


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_every_menu_fits_into_one_message(group):
    (text,) = page(LIBRARY, group).texts
    assert len(visible(text)) <= MOST_CHARACTERS


@given(st.text(min_size=1), st.sampled_from(["", ":"]))
def test_a_button_holds_at_most_64_bytes(target, prefix):
    assert 1 <= len(data_of(prefix, target).encode("utf-8", "surrogatepass")) <= 64


def test_a_button_that_is_too_long_finds_its_answer(tmp_path):
    name = f"{'g' * 30}/{'n' * 30}"
    (tmp_path / name).parent.mkdir()
    (tmp_path / f"{name}.yml").write_text((DATA / "faq/faq/crime.yml").read_text())
    address = str(Address(name, "evidence"))
    assert target_of(data_of("", address), Library(tmp_path)) == address


def test_short_titles_share_a_row():
    rows = keyboard([("Is it legal?", "a"), ("Who can use it", "b"), ("A title that needs a row of its own", "c")])
    assert [len(row) for row in rows.inline_keyboard] == [2, 1]


@pytest.mark.parametrize(("phrase", "most"), [("telegram_description", 512), ("telegram_short_description", 120)])
def test_a_description_longer_than_telegram_takes_is_reported(tmp_path, phrase, most):
    (tmp_path / "phrases.yml").write_text(yaml.safe_dump({**PHRASES, phrase: "x" * (most + 1)}))
    with pytest.raises(BrokenFile, match=f"`{phrase}` is {most + 1} characters long, the most is {most}"):
        read_as("phrases", tmp_path / "phrases.yml")
