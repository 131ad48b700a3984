"""Conversations and places that staff write: what the check finds, and what the model learns from."""

from __future__ import annotations

from bot.checking.conversations import problems
from bot.content.conversations import Message, conversations
from tests.support.small_content import check

CONVERSATION = """what: someone asks on
turns:
  - say: "where can i test a pill"
    about: [service/drug_checking]
  - say: "is it free"
    about: [service/drug_cheking]
"""


def test_an_id_that_is_not_there_is_found_where_it_stands(tmp_path):
    (tmp_path / "asks_on.yml").write_text(CONVERSATION)
    (problem,) = problems(tmp_path, {"service/drug_checking"})
    assert (problem.location.line, "`service/drug_cheking`" in str(problem)) == (6, True)


def test_a_conversation_of_one_message_teaches_nothing_and_is_a_problem(tmp_path):
    (tmp_path / "asks_on.yml").write_text(CONVERSATION[: CONVERSATION.index('  - say: "is it free"')])
    assert len(list(problems(tmp_path, {"service/drug_checking"}))) == 1


def test_a_conversation_is_read_message_by_message(tmp_path):
    (tmp_path / "asks_on.yml").write_text(CONVERSATION)
    (conversation,) = conversations(tmp_path)
    assert conversation[0] == Message("where can i test a pill", ("service/drug_checking",))


def test_the_check_reads_conversations_and_places(data):
    next((data / "conversations").glob("*.yml")).write_text("what: nothing\n")
    (data / "places.yml").write_text("names: {}\n")
    found = " ".join(str(problem) for problem in check(data).problems)
    assert ("`turns` is missing" in found, "`doubtful` is missing" in found) == (True, True)
