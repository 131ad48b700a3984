"""Whatever the assistant refuses, the web says with a status, a code and a sentence."""

from __future__ import annotations

import httpx
import pytest

from bot.conversation.assistant import Assistant
from bot.conversation.limits import Limits
from tests.support.dialogues import FAILING, Dialogue
from tests.support.web import web

URGENT = "my friend took heroin and is not breathing"
LONG = "word " * 400


def test_too_many_messages_are_answered_with_what_to_do():
    with web(Assistant(Dialogue(), Limits(per_minute_and_address=2))) as chat:
        answers = [chat.ask() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "wait a minute" in answers[-1].json()["message"]


@pytest.mark.parametrize(("text", "status"), [(LONG, 413), (LONG + URGENT, 200)], ids=["a story", "danger"])
def test_a_long_message_is_refused_unless_it_is_urgent(text, status):
    with web(Assistant(Dialogue())) as chat:
        assert chat.ask(text).status_code == status


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [("raises", 500, "failed"), ("hangs", 503, "timeout"), ("is silent", 500, "no_reply")],
)
def test_a_failure_is_told_by_its_code(failure, status, code):
    with web(Assistant(FAILING[failure](), seconds=0.2)) as chat:
        answer = chat.ask("what is drug checking")
    assert (answer.status_code, answer.json()["error"]) == (status, code)


@pytest.mark.parametrize("failure", FAILING)
def test_an_urgent_message_is_answered_when_the_dialogue(failure):
    with web(Assistant(FAILING[failure](), Limits(per_minute=1), seconds=0.2)) as chat:
        (reply,) = chat.ask(URGENT).json()["replies"]
    assert (reply["kind"], reply["answer"]) == ("urgent", "urgent/overdose")


def test_answers_carry_security_headers():
    with web(Assistant(Dialogue())) as chat:
        headers = chat.ask().headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_an_operator_reads_once_why_pages_are_refused(caplog):
    with web(Assistant(Dialogue())) as chat:
        for _ in range(3):
            httpx.post(f"{chat.url}/message", json={"text": "hello"}, headers={"origin": "https://changed.example"})
    (told,) = [text for text in caplog.messages if "proxy in front must pass `Host` on" in text]
    assert "changed.example" not in told
