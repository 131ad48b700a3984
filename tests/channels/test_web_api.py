"""The web chat's interface as docs/openapi.yml promises it: who may ask, repeated messages, the script's file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import secrets

import httpx
import jsonschema
import pytest
import yaml

from bot.channels.web.channel import Malformed
from bot.channels.web.widget import chat_script
from bot.content.library import Library
from bot.conversation.messages import Reason
from bot.settings import WrongSetting, read_settings
from tests.support import ROOT

API = yaml.safe_load((ROOT / "docs" / "openapi.yml").read_text())


def post(server, path: str, body: dict, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json=body, headers=headers, timeout=30)


def fits(name: str, data: dict) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": API["components"]}
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


# ---- What docs/openapi.yml says


@pytest.mark.parametrize("body", [{"text": "what is drug checking?"}, {"button": "faq/crime"}, {"text": "qwrtz"}])
def test_replies_are_as_described(server, body):
    fits("Message", body)
    fits("Replies", post(server, "/chat/message", body).json())


def test_an_error_is_as_described(server):
    response = post(server, "/chat/message", {"text": ""})
    fits("Error", response.json())
    assert str(response.status_code) in API["paths"]["/chat/message"]["post"]["responses"]


def test_forgetting_is_as_described(server):
    fits("Forgotten", post(server, "/chat/forget", {"conversation": None}).json())


def test_every_code_of_an_error_is_described():
    codes = {reason.code for reason in Reason} | {what.value for what in Malformed}
    assert codes == set(API["components"]["schemas"]["Error"]["properties"]["error"]["enum"])


@pytest.mark.parametrize("path", API["paths"])
def test_every_path_exists(server, path):
    for method in API["paths"][path]:
        assert httpx.request(method, server.url + path.replace("{name}", "es.json")).status_code not in (404, 405)


# ---- Who may ask


@pytest.mark.parametrize(
    "origin", ["https://foreign.example", "null", "http://localhost", "https://localhost:1", "http://[::1"]
)
def test_a_foreign_page_is_refused(server, origin):
    response = post(server, "/chat/message", {"text": "hello"}, origin=origin)
    assert (response.status_code, response.json()["error"]) == (403, "foreign_origin")


def test_a_foreign_page_may_not_read_the_refusal(server):
    headers = post(server, "/chat/message", {"text": "hello"}, origin="https://foreign.example").headers
    assert "access-control-allow-origin" not in headers


def test_a_foreign_page_can_not_erase(server):
    key = server.ask("what is drug checking?")["conversation"]
    assert post(server, "/chat/forget", {"conversation": key}, origin="https://foreign.example").status_code == 403
    assert server.ask("is it legal", key)["replies"][0]["answer"] == "service/drug_checking#law"


def test_a_page_on_the_list_may_read_the_reply(server, sites):
    response = post(server, "/chat/message", {"text": "hello"}, origin=sites.host)
    assert response.headers.get_list("access-control-allow-origin") == [sites.host]


def test_the_servers_own_page_may_ask(server):
    assert post(server, "/chat/message", {"text": "hello"}, origin=server.url).status_code == 200


@pytest.mark.parametrize(("origin", "status"), [("listed", 204), ("https://foreign.example", 403)])
def test_permission_first_is_given_to_the_list_only(server, sites, origin, status):
    headers = {"origin": sites.host if origin == "listed" else origin, "access-control-request-method": "POST"}
    assert httpx.options(f"{server.url}/chat/message", headers=headers).status_code == status


@pytest.mark.parametrize("text", ["example.org", "https://example.org/", "https://Example.org", "*"])
def test_a_list_that_would_not_work_is_refused_at_the_start(text):
    with pytest.raises(WrongSetting, match="ALLOWED_ORIGINS"):
        read_settings({"ALLOWED_ORIGINS": text})


def test_the_list_is_read():
    listed = read_settings({"ALLOWED_ORIGINS": "https://a.example, http://localhost:8000"}).allowed_origins
    assert listed == ("https://a.example", "http://localhost:8000")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "example.org", 'https://x.example/"onload'])
def test_an_exit_that_is_no_website_is_refused_at_the_start(text):
    with pytest.raises(WrongSetting, match="EXIT_ADDRESS"):
        read_settings({"EXIT_ADDRESS": text})


# ---- A message that is sent again


def test_a_message_that_is_sent_again_gets_the_same_reply(server):
    body = {"text": "what is drug checking?", "id": secrets.token_hex(16)}
    first, second = (post(server, "/chat/message", body).json() for _ in range(2))
    assert first == second


def test_the_same_id_in_another_conversation_is_another_message(server):
    body = {"text": "is it legal", "id": secrets.token_hex(16)}
    key = server.ask("what is drug checking?")["conversation"]
    assert (
        post(server, "/chat/message", body).json()
        != post(server, "/chat/message", {**body, "conversation": key}).json()
    )


def test_a_failed_message_can_be_sent_again(server):
    failed = {"text": "", "id": secrets.token_hex(16)}
    assert post(server, "/chat/message", failed).status_code == 400
    assert post(server, "/chat/message", {**failed, "text": "hello"}).status_code == 200


def test_a_conversation_can_be_forgotten_by_the_message_that_began_it(server):
    body = {"text": "what is drug checking?", "id": secrets.token_hex(16)}
    key = post(server, "/chat/message", body).json()["conversation"]
    post(server, "/chat/forget", {"conversation": None, "id": body["id"]})
    assert server.ask("is it legal", key)["replies"][0].get("answer") != "service/drug_checking#law"


@pytest.mark.parametrize("wrong", ["1", 5, "g" * 32])
def test_an_id_that_could_be_guessed_is_refused(server, wrong):
    assert post(server, "/chat/message", {"text": "hello", "id": wrong}).json()["error"] == "wrong_id"


# ---- The script's file


def test_comments_go_and_code_stays():
    script = chat_script({"WORDS": {}}).source.decode()
    assert "box-sizing:border-box" in script
    assert "No screen here" not in script


def test_it_comes_compressed(server):
    response = httpx.get(f"{server.url}/widget.js")
    assert response.headers["content-encoding"] == "gzip"


def test_it_comes_plain_to_those_who_ask_for_it(server):
    plain = httpx.get(f"{server.url}/widget.js", headers={"accept-encoding": "identity"})
    assert plain.headers.get("content-encoding") is None
    assert plain.content == httpx.get(f"{server.url}/widget.js").content


def test_it_is_not_sent_to_those_who_have_it(server):
    tag = httpx.get(f"{server.url}/widget.js").headers["etag"]
    assert httpx.get(f"{server.url}/widget.js", headers={"if-none-match": tag}).status_code == 304


def test_with_its_version_in_the_address_it_may_be_kept_for_good(server):
    (address,) = re.findall(r'"(/widget\.js\?v=\w+)"', httpx.get(server.url).text)
    assert "immutable" in httpx.get(server.url + address).headers["cache-control"]


@pytest.mark.parametrize("version", ["old", ""])
def test_what_can_change_may_not_be_kept(server, version):
    assert "immutable" not in httpx.get(f"{server.url}/widget.js?v={version}").headers["cache-control"]


def test_a_list_in_an_answer_is_a_list_on_its_page(server):
    assert "<ul><li>" in httpx.get(f"{server.url}/about").text


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_the_hash_on_the_page_is_that_of_the_script(server, path):
    script = httpx.get(f"{server.url}/widget.js").content
    digest = base64.b64encode(hashlib.sha384(script).digest()).decode()
    assert f"sha384-{digest}" in httpx.get(server.url + path).text


def test_compressing_twice_gives_the_same_file():
    one, two = chat_script({"WORDS": {}}), chat_script({"WORDS": {}})
    assert one.compressed == two.compressed
    assert gzip.decompress(one.compressed) == one.source


@pytest.mark.parametrize(
    ("host", "address"), [("chat.example", "https://chat.example"), ("localhost:5005", "http://localhost:5005")]
)
def test_embed_names_the_address_that_people_use(server, host, address):
    assert f"{address}/widget.js" in httpx.get(f"{server.url}/embed", headers={"host": host}).text


@pytest.mark.parametrize(
    ("asked_for", "language"),
    [("es-MX,es;q=0.9,en;q=0.8", "es"), ("is,ru;q=0.5", "ru"), ("en", "en"), ("", "en"), ("x;q=9,*;q", "en")],
)
def test_the_front_page_is_in_the_language_that_the_browser_asks_for(server, asked_for, language):
    assert f'<html lang="{language}"' in httpx.get(server.url, headers={"accept-language": asked_for}).text


def test_a_page_about_it_is_in_the_language_of_its_address(server):
    assert '<html lang="ru"' in httpx.get(f"{server.url}/privacy?lang=ru").text


def test_what_is_not_translated_is_said_to_be_english(server):
    assert '<html lang="en"' in httpx.get(f"{server.url}/privacy?lang=fr").text


def test_the_words_of_a_language_can_be_had_from_any_website(server):
    response = httpx.get(f"{server.url}/words/ar.json")
    assert (response.json()["DIRECTION"], response.headers["access-control-allow-origin"]) == ("rtl", "*")


@pytest.mark.parametrize("name", ["is.json", "..json", "es.yml"])
def test_there_are_no_other_words(server, name):
    assert httpx.get(f"{server.url}/words/{name}").status_code == 404


@pytest.mark.parametrize(("language", "greeting"), [("es", "es"), ("ru", "ru"), ("xx", None), (7, None)])
def test_a_button_is_answered_in_the_language_of_the_page(server, language, greeting):
    (reply,) = post(server, "/chat/message", {"button": "chat/greet", "language": language}).json()["replies"]
    assert reply.get("language") == greeting


def test_a_refusal_is_in_the_language_of_the_page(server):
    refusal = post(server, "/chat/message", {"text": "", "language": "es"}).json()["message"]
    assert refusal == Library().in_language("es").phrases["empty"]


def test_embed_lets_nobody_write_into_it(server):
    text = httpx.get(f"{server.url}/embed", headers={"host": 'x"><script>'}).text
    assert "<script>" not in text
