"""The web chat's server side, over HTTP."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


def post(server, path: str, **request) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", timeout=30, **request)


def test_a_message_gets_a_reply(server):
    assert server.ask("what is drug checking?")["replies"][0]["answer"] == "service/drug_checking#what"


def test_the_key_of_a_conversation_is_made_by_the_server(server):
    assert re.fullmatch("[0-9a-f]{32}", server.ask("hello")["conversation"])


def test_two_conversations_have_two_keys(server):
    assert server.ask("hello")["conversation"] != server.ask("hello")["conversation"]


def test_a_conversation_goes_on_by_its_key(server):
    key = server.ask("what is drug checking?")["conversation"]
    assert server.ask("is it legal", key)["replies"][0]["answer"] == "service/drug_checking#law"


def test_conversations_do_not_mix(server):
    server.ask("what is drug checking?")
    assert server.ask("is it legal")["replies"][0].get("answer") != "service/drug_checking#law"


def test_a_button_gets_its_answer(server):
    assert server.ask(button="faq/crime")["replies"][0]["answer"] == "faq/crime"


def test_a_forgotten_conversation_starts_anew(server):
    key = server.ask("what is drug checking?")["conversation"]
    post(server, "/chat/forget", json={"conversation": key})
    assert server.ask("is it legal", key)["replies"][0].get("answer") != "service/drug_checking#law"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"[]", 400, "not_json"),
        (b"{}", 400, "no_text"),
        (b'{"text": 5}', 400, "no_text"),
        (b'{"text": "  "}', 400, "no_text"),
        (b'{"text": "///"}', 400, "no_text"),
        (b'{"text": "hi", "conversation": "guess"}', 400, "wrong_conversation"),
        (b'{"text": "' + b"a" * 1001 + b'"}', 413, "too_long"),
        (b'{"text": "' + b"a" * 40_000 + b'"}', 413, "too_long"),
    ],
)
def test_a_wrong_request_gets_a_code_and_a_sentence(server, body, status, code):
    response = post(server, "/chat/message", content=body)
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert len(response.json()["message"].split()) > 4


def test_no_cookie_is_set(server):
    assert "set-cookie" not in post(server, "/chat/message", json={"text": "hi"}).headers


def test_nothing_may_be_stored_on_the_way(server):
    assert post(server, "/chat/message", json={"text": "hi"}).headers["cache-control"] == "no-store"


def test_sixteen_at_once_get_their_own_answers(server):
    asked = ["faq/crime", "faq/effective", "service/drug_checking#law", "goal/overview"] * 8
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda answer: server.ask(button=answer)["replies"][0]["answer"], asked))
    assert got == asked


@pytest.mark.parametrize(
    "path", ["/status", "/version", "/conversations/x/tracker", "/model/parse", "/domain", "/webhooks/rest/webhook"]
)
def test_rasas_own_http_interface_is_off(server, path):
    assert httpx.get(server.url + path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/frame", "/embed", "/about", "/privacy"])
def test_pages_are_served_under_a_strict_policy(server, path):
    response = httpx.get(server.url + path)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
