"""Whoever watches the encrypted traffic can't tell by a reply's length what it is about."""

from __future__ import annotations

import json
from collections import Counter

import httpx

from bot.channels.web.channel import padded
from bot.content.answers import MORE, Address
from bot.content.composing import reply_of
from bot.content.library import library
from bot.conversation.assistant import Assistant
from tests.support.dialogues import Dialogue
from tests.support.web import web


def bodies() -> list[bytes]:
    """What a page gets for each answer and each part of one."""
    answers = library()
    addresses = [
        Address(answer.id, part)
        for answer in answers
        for part in (None, *answer.sections, MORE)
        if part is None or answer.part(part)
    ]
    replies = [reply_of(answers, address).as_json() for address in addresses]
    return [
        json.dumps({"conversation": "0" * 32, "replies": [reply]}, ensure_ascii=False).encode() for reply in replies
    ]


def test_nearly_every_answer_would_be_known_by_its_length():
    lengths = Counter(map(len, bodies()))
    assert sum(number == 1 for number in lengths.values()) > 200


def test_all_answers_have_the_same_length():
    assert {len(padded(body)) for body in bodies()} == {4096}


def test_spaces_do_not_change_what_a_reply_says():
    assert all(json.loads(padded(body)) == json.loads(body) for body in bodies())


def test_an_answer_and_a_refusal_have_the_same_length():
    with web(Assistant(Dialogue())) as chat:
        replies = [httpx.post(f"{chat.url}/message", json={"text": text}) for text in ("hello", "")]
    assert [(reply.status_code, len(reply.content)) for reply in replies] == [(200, 4096), (400, 4096)]
