"""Whatever comes as a body, the web chat has a reply for it that docs/openapi.yml knows, and never a fault of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.test_web_api import API, fits

WORDS = st.text(st.characters(), max_size=200) | st.sampled_from(
    ["", "/", "/restart", '/pick{"answer": "faq/crime"}', "he isn't breathing", "\ud83d", "\0", "\u202e", "x" * 1001, "🆘" * 99]
)  # fmt: skip
KEYS = st.from_regex("[0-9a-f]{32}", fullmatch=True) | WORDS
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
ALMOST_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "text": WORDS | ANYTHING,
        "button": st.sampled_from(["faq/crime", "none", "country/gb", "service/drug_checking#law"]) | WORDS | ANYTHING,
        "conversation": KEYS | ANYTHING,
        "id": KEYS | ANYTHING,
    },
)
BODIES = (
    st.builds(lambda data: json.dumps(data).encode(), ALMOST_RIGHT | ANYTHING)
    | st.binary(max_size=200)
    | st.sampled_from([b"[" * 9000, b'{"text":' * 9000, b'{"text": "' + b"x" * 40_000 + b'"}', b'{"text": "\xff"}'])
)
often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def client(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def check(path: str, reply: httpx.Response) -> None:
    assert reply.status_code < 500, reply.text
    responses = API["paths"][path]["post"]["responses"]
    assert str(reply.status_code) in responses
    good = responses["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fits(good if reply.status_code == 200 else "Error", reply.json())


@often
@given(body=BODIES)
def test_any_body_of_a_message(client, body):
    check("/chat/message", client.post("/chat/message", content=body))


@often
@given(body=BODIES)
def test_any_body_that_asks_to_forget(client, body):
    check("/chat/forget", client.post("/chat/forget", content=body))


@often
@given(origin=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_any_origin(client, origin):
    assert client.post("/chat/forget", content=b"{}", headers={"origin": origin}).status_code in (200, 403)
