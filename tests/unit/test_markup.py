"""What answers may have besides words: nothing that is written gets lost, and authors hear of what isn't shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.markup import Link, ListBlock, Paragraph, Text, problems, read
from tests.support.markup import EXAMPLES

signs = st.sampled_from(
    ["- ", "1. ", "2. ", "* ", "1) ", "  ", "\n", "\n\n", "[", "](", ")", "[a](https://b.org)", "[a](tel:1)", "> ",
     "# ", "**", "`", "<b>", "&amp;", "\\", "\t", "\r", "\x00", "    ", '"', "---"]
)  # fmt: skip
texts = st.lists(st.one_of(signs, st.text(max_size=9))).map("".join)


def written(block: Paragraph | ListBlock) -> str:
    if isinstance(block, Paragraph):
        return words(block.line)
    return "\n".join(f"{mark} {words(item)}" for mark, item in block.numbered("-"))


def words(line: tuple[Text | Link, ...]) -> str:
    return "".join(f"[{part.words}]({part.address})" if isinstance(part, Link) else part.words for part in line)


@given(texts)
def test_no_text_loses_a_character(text):
    assert "".join("\n".join(map(written, read(text))).split()) == "".join(text.split())


def test_a_list_directly_below_a_line_is_known_as_such():
    assert [block.tight for block in read("Call:\n- one\n\nor\n\n- two") if isinstance(block, ListBlock)] == [
        True,
        False,
    ]


def test_a_list_within_a_list_stays_text_with_its_links():
    (paragraph,) = read("- one\n  - [two](tel:2)")
    assert paragraph == Paragraph((Text("- one"), Text("\n"), Text("- "), Link("two", "tel:2")))


def test_a_list_whose_numbers_do_not_count_up_keeps_its_numbers():
    assert read("1. one\n1. two") == [Paragraph((Text("1. one"), Text("\n"), Text("1. two")))]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("**bold**", "'**'"),
        ("**left open", "'**'"),
        ("*stressed*", "'*'"),
        ("_stressed_", "'_'"),
        ("`code`", "'`'"),
        ("# Heading", "'#'"),
        ("Heading\n===", "'='"),
        ("> said", "'>'"),
        ("one\n\n---\n\ntwo", "'---"),
        ("![picture](https://example.org/a.png)", "'!['"),
        ("a <b>b</b>", "'<b>'"),
        ("one &amp; two", "'&amp;'"),
        (r"5 \* 5", r"'\\'"),
        ("* one\n* two", "'*'"),
        ("1) one", "'1)'"),
        ("1. one\n1. two", "'1.'"),
        ("- one\n  - two", "'-'"),
        ("see https://example.org", "'https://'"),
    ],
)
def test_an_author_hears_of_signs_that_would_be_shown(text, signs):
    assert any(signs in problem and "would be shown as it stands" in problem for problem in problems(text))


@pytest.mark.parametrize(
    "address", ["www.example.org", "http://example.org", "/privacy", "javascript:alert(1", "https://a b", ""]
)
def test_an_author_hears_of_a_link_that_would_not_work(address):
    (problem,) = problems(f"See [this]({address}).")
    assert f"the link to {address!r} wouldn't work" in problem


@pytest.mark.parametrize(
    "text",
    ["A line\nand more.\n\n- one\n- two", "1. one\n2. two", "[a](https://b.org/c_(d)) [e](tel:1) [f](sms:2)",
     "5 < 6 * 7 & 8 > 2, at 9_a #4 ~ 3", "    far to the right", ""],
)  # fmt: skip
def test_what_answers_may_have_is_no_problem(text):
    assert problems(text) == ()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text)
def test_a_problem_is_reported_once(example):
    assert len(set(problems(example.text))) == len(problems(example.text))


@given(texts)
def test_whatever_is_written_gets_sentences(text):
    assert all(problem.endswith(".") for problem in problems(text))
