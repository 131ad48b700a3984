"""The chat on a website, in a real browser: embedding, talking, and trouble."""

from __future__ import annotations

import dataclasses
import re

import httpx
import pytest
from playwright.sync_api import expect

from bot.settings import Settings
from bot.web_chat import chat_options
from tests.support.chromium import Chat

DRUG_CHECKING = "Drug checking is a service"
STRICT = "default-src 'none'; script-src {server}; connect-src {server}; require-trusted-types-for 'script'; trusted-types 'none'"
REPLY = {"conversation": "0" * 32, "replies": [{"kind": "answer", "text": "", "buttons": []}]}


def replying(chat: Chat, text: str) -> None:
    """Let the server say something of the test's choice."""
    body = {**REPLY, "replies": [{**REPLY["replies"][0], "text": text}]}
    headers = {"access-control-allow-origin": "*"}
    chat.page.route("**/chat/message", lambda route: route.fulfill(json=body, headers=headers))


def counting(chat: Chat) -> Chat:
    """Show the chat again, as a server with COUNTS makes it."""
    script = dataclasses.replace(chat_options(Settings()), counted=True).script().source
    headers = {"content-type": "text/javascript", "access-control-allow-origin": "*"}
    chat.page.route("**/widget.js", lambda route: route.fulfill(body=script, headers=headers))
    chat.page.reload()
    return chat


# ---- Embedding


def test_one_script_tag_brings_the_chat(visit):
    assert DRUG_CHECKING in visit().open().ask("what is drug checking?")


def test_the_tag_that_embed_offers_works(visit, server):
    page = httpx.get(f"{server.url}/embed").text
    tag = re.search(r'aria-label="The script tag with a hash"><code>(.*?)</code>', page)[1]
    chat = visit(script=tag.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"'))
    assert DRUG_CHECKING in chat.open().ask("what is drug checking?")


def test_a_script_that_was_changed_on_the_way_does_not_run(visit, server, browser, sites):
    tag = f'<script src="{server.url}/widget.js" integrity="sha384-{"A" * 64}" crossorigin="anonymous"></script>'
    sites.pages["/changed"] = f"<!doctype html><title>x</title>{tag}", {}
    page = browser.new_page()
    page.goto(f"{sites.host}/changed")
    assert not page.evaluate("!!customElements.get('ask-chat')")
    page.close()


def test_it_asks_for_one_file_and_nothing_from_elsewhere(visit, server, sites):
    chat = visit()
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.page.reload()
    chat.open().ask("what is drug checking?")
    assert [url for url in asked if not url.startswith(sites.host)] == [
        f"{server.url}/widget.js",
        f"{server.url}/chat/message",
    ]


def test_it_works_under_the_strictest_policy(visit, server):
    policy = STRICT.format(server=server.url)
    assert DRUG_CHECKING in visit(headers={"content-security-policy": policy}).open().ask("what is drug checking?")


def test_a_site_that_is_not_on_the_list_is_refused(visit, server, browser, sites):
    sites.pages["/foreign"] = f'<!doctype html><title>x</title><script src="{server.url}/widget.js"></script>', {}
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{sites.port}/foreign")
    chat = Chat(page).open()
    chat.send("hello")
    expect(chat.note).to_contain_text("I can't reach the assistant")
    page.close()


def test_a_page_that_resets_everything_changes_nothing(visit):
    reset = "* { all: unset !important; font-size: 40px !important; display: inline !important }"
    plain, changed = ([chat.page.locator(f"ask-chat {part}").screenshot(animations="disabled") for part in (".talk", ".form")]
                      for chat in (visit().open(), visit(style=reset).open()))  # fmt: skip
    assert plain == changed


def test_it_opens_beside_a_dialog_of_the_page(visit):
    chat = visit(style="dialog { position: fixed; inset: 0; width: 100%; height: 100%; z-index: 2147483647 }",
                 body="<dialog open>Our news</dialog>")  # fmt: skip
    expect(chat.open().field).to_be_focused()


def test_it_opens_above_a_modal_dialog_of_the_page(visit):
    chat = visit(body="<dialog id=news>Our news</dialog>")
    chat.page.evaluate("() => { news.showModal(); document.querySelector('ask-chat').open() }")
    assert DRUG_CHECKING in chat.ask("what is drug checking?")


def test_two_tags_make_one_chat(visit, server):
    tag = f'<script src="{server.url}/widget.js" defer></script>'
    assert visit(script=tag * 2).page.locator("ask-chat").count() == 1


def test_the_title_is_the_sites_own(visit):
    chat = visit(title="Talk to us").open()
    expect(chat.page.get_by_role("dialog", name="Talk to us")).to_be_visible()


def test_it_can_be_open_from_the_start(visit):
    expect(visit(open="").panel).to_be_visible()


@pytest.mark.parametrize(("position", "left"), [("start", True), ("end", False)])
def test_it_sits_in_the_corner_that_was_chosen(visit, position, left):
    assert (visit(position=position).launcher.bounding_box()["x"] < 640) == left


def test_from_right_to_left_the_corners_change_sides(visit):
    assert visit(dir="rtl").launcher.bounding_box()["x"] < 640


def test_the_privacy_text_is_the_sites_own(visit):
    link = visit(privacy="https://example.org/our-privacy").open().page.get_by_role("link", name="Privacy")
    expect(link).to_have_attribute("href", "https://example.org/our-privacy")


@pytest.mark.parametrize(("colour", "on_it"), [("#ffe000", "rgb(0, 0, 0)"), ("#6a1b9a", "rgb(255, 255, 255)")])
def test_words_on_the_sites_colour_can_be_read(visit, colour, on_it):
    expect(visit(colour=colour).launcher).to_have_css("color", on_it)


def test_css_variables_set_its_colour(visit):
    chat = visit(style="ask-chat { --chat-colour: #6a1b9a }")
    expect(chat.launcher).to_have_css("background-color", "rgb(106, 27, 154)")


# ---- Talking


def test_a_quick_reply_asks_its_question_and_goes(visit):
    chat = visit().open()
    chat.button("Someone has overdosed").click()
    chat.page.locator(".urgent").wait_for()
    assert chat.button("Someone has overdosed").count() == 0


def test_the_first_quick_replies_lead_to_answers(visit, server):
    chat = visit().open()
    for title in ("What can I ask?", "Someone has overdosed"):
        chat.button(title).click()
        chat.replies.last.wait_for()
        chat.button("Erase").click()
    assert server.ask(button="chat/help")["replies"][0]["answer"] == "chat/help"
    assert server.ask(button="urgent/overdose")["replies"][0]["answer"] == "urgent/overdose"


def test_a_conversation_goes_on(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    assert "legal" in chat.ask("is it legal")


def test_what_a_person_types_stays_as_typed(visit):
    chat = visit().open()
    chat.ask("is <b>5</b> < 10 **mg** [x](https://example.org)?")
    expect(chat.page.locator(".you p").last).to_have_text("is <b>5</b> < 10 **mg** [x](https://example.org)?")


def test_an_answer_has_lists_and_links(visit):
    chat = visit().open()
    replying(chat, "First:\n1. one\n2. two\n\n- see [the page](https://example.org/a)\n- call [us](tel:112)")
    chat.ask("x")
    assert chat.replies.locator("ol li").all_inner_texts() == ["one", "two"]
    assert chat.replies.locator("ul a").evaluate_all("all => all.map((a) => a.href)") == [
        "https://example.org/a",
        "tel:112",
    ]


def test_a_link_tells_the_other_site_nothing(visit):
    chat = visit().open()
    replying(chat, "[the page](https://example.org/a)")
    chat.ask("x")
    expect(chat.replies.locator("a")).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    "text",
    [
        "5 < 10 & more <img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,x)",
        "<script>alert(1)</script>",
        "[<b>](//[)",
    ],
)
def test_no_html_and_no_script_gets_through(visit, text):
    chat = visit().open()
    replying(chat, text)
    assert chat.ask("x").splitlines()[-1].endswith(text)
    assert chat.replies.locator("a, img, script, b").count() == 0


def test_sources_are_folded_away(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    source = chat.replies.locator("li a").first
    expect(source).to_be_hidden()
    chat.page.get_by_text("Sources (checked on").click()
    expect(source).to_be_visible()


def test_an_urgent_reply_says_so_in_words(visit):
    chat = visit().open()
    chat.send("my friend has overdosed")
    expect(chat.page.locator(".urgent .flag")).to_contain_text("Urgent")


def test_an_urgent_reply_has_another_border(visit):
    chat = visit().open()
    chat.send("my friend has overdosed")
    expect(chat.page.locator(".urgent")).to_have_css("border-inline-start-style", "solid")


@pytest.mark.parametrize(("pressed", "said"), [("Yes", "I'm glad"), ("No", "Sorry about that")])
def test_was_this_helpful_gets_a_kind_word_and_is_sent_nowhere(visit, pressed, said):
    chat = visit().open()
    chat.ask("what is drug checking?")
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    chat.button(pressed).click()
    expect(chat.page.locator(".helpful")).to_contain_text(said)
    assert asked == []


@pytest.mark.parametrize(("pressed", "sent"), [("Yes", "yes"), ("No", "no")])
def test_where_it_is_counted_only_yes_or_no_is_sent_without_the_conversation(visit, pressed, sent):
    chat = counting(visit()).open()
    chat.ask("what is drug checking?")
    expect(chat.page.locator(".helpful")).to_contain_text("Only your yes or no is counted")
    with chat.page.expect_request("**/chat/message") as request:
        chat.button(pressed).click()
    assert request.value.post_data_json == {"button": f"{sent}/service/drug_checking#what"}


def test_an_answer_can_be_copied(visit, sites):
    chat = visit().open()
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("what is drug checking?")
    chat.button("Copy answer").click()
    expect(chat.status).to_have_text("Copied.")
    assert chat.page.evaluate("navigator.clipboard.readText()").startswith(DRUG_CHECKING)


def test_text_can_be_selected(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.replies.last.locator("p:not(.who)").first.click(click_count=3)
    assert DRUG_CHECKING in chat.page.evaluate("getSelection().toString()")


def test_it_shows_that_it_is_writing(visit):
    chat = visit().open()
    let_go = chat.send_and_wait("hello")
    expect(chat.status).to_have_text("Writing")
    expect(chat.page.locator("ask-chat .you + .typing")).to_be_in_viewport()
    let_go()
    expect(chat.page.locator("ask-chat .you + .bot")).to_be_visible()
    expect(chat.page.locator("ask-chat .typing")).to_have_count(0)


def test_a_new_message_is_marked_while_one_reads_above(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    let_go = chat.send_and_wait("is it legal")
    chat.log.evaluate("log => { log.scrollTop = 0 }")
    let_go()
    expect(chat.button("New message below")).to_be_visible()
    chat.button("New message below").click()
    expect(chat.button("New message below")).to_be_hidden()


def test_a_reply_that_arrives_while_closed_is_counted_on_the_button(visit):
    chat = visit().open()
    let_go = chat.send_and_wait("hello")
    chat.page.keyboard.press("Escape")
    let_go()
    expect(chat.launcher).to_contain_text("1 new message")


def test_closing_keeps_the_conversation(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.button("Close").click()
    assert "legal" in chat.open().ask("is it legal")


# ---- The field


def test_shift_and_enter_begin_a_new_line(visit):
    chat = visit().open()
    chat.field.press_sequentially("one")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("two")
    expect(chat.field).to_have_value("one\ntwo")


def test_the_field_grows_with_the_text_up_to_a_bound(visit):
    chat = visit().open()
    heights = []
    for lines in (1, 4, 30):
        chat.field.fill("\n".join("x" * lines))
        heights.append(chat.field.bounding_box()["height"])
    assert heights[0] < heights[1] < heights[2] < 200


def test_enter_does_not_send_while_an_input_method_composes(visit):
    chat = visit().open()
    keyboard = chat.page.context.new_cdp_session(chat.page)
    keyboard.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    chat.field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, cancelable: true}))"
    )
    expect(chat.field).to_have_value("に")
    assert chat.page.locator(".you").count() == 0


def test_what_is_left_is_counted_down(visit):
    chat = visit().open()
    chat.field.fill("x" * 900)
    expect(chat.page.locator("#count")).to_have_text("100 left")


def test_a_message_that_is_too_long_is_kept_and_not_answered(visit):
    chat = visit().open()
    with chat.page.expect_response("**/chat/message"):
        chat.send("x" * 1003)
    expect(chat.alert).to_contain_text("3 over the limit")
    expect(chat.field).to_have_value("x" * 1003)
    assert chat.replies.count() == 0


def test_a_message_that_is_too_long_is_answered_if_somebody_is_in_danger(visit):
    chat = visit().open()
    chat.send("i dont know where to begin " * 60 + "my friend took heroin and is not breathing")
    expect(chat.replies.first).to_contain_text("emergency number")
    expect(chat.field).to_have_value("")
    expect(chat.alert).to_have_text("")


def test_a_character_of_two_code_units_counts_once(visit):
    chat = visit().open()
    chat.field.fill("😀" * 900)
    expect(chat.page.locator("#count")).to_have_text("100 left")


def test_the_limit_is_the_servers(visit):
    chat = visit(most_characters="100").open()
    chat.field.fill("x" * 95)
    expect(chat.page.locator("#count")).to_have_text("5 left")


def test_an_empty_message_is_not_sent(visit):
    chat = visit().open()
    chat.field.press("Enter")
    expect(chat.alert).to_have_text("Please type your question first.")


# ---- Trouble


def test_offline_it_says_so_and_sends_by_itself_later(visit):
    chat = visit().open()
    chat.page.context.set_offline(True)
    chat.send("what is drug checking?")
    expect(chat.note).to_contain_text("I'll keep trying")
    expect(chat.status).to_be_empty()  # and not "Writing"
    chat.page.context.set_offline(False)
    expect(chat.replies.last).to_contain_text(DRUG_CHECKING)


def test_a_reply_that_was_lost_is_fetched_and_the_message_not_sent_twice(visit):
    chat = visit().open()
    keys = []

    def lose_the_first(route) -> None:
        response = route.fetch()
        keys.append(response.json()["conversation"])
        route.abort() if len(keys) == 1 else route.fulfill(response=response)

    chat.page.route("**/chat/message", lose_the_first)
    chat.ask("what is drug checking?")
    assert keys[0] == keys[1]  # a second handling would have begun a second conversation


def test_a_proxys_error_page_is_tried_again(visit):
    chat = visit().open()
    chat.page.route("**/chat/message", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"), times=1)
    assert DRUG_CHECKING in chat.ask("what is drug checking?")


def test_messages_arrive_in_their_order(visit):
    chat = visit().open()
    chat.page.route("**/chat/message", lambda route: route.abort(), times=1)
    chat.send("what is drug checking?")
    chat.send("is it legal")
    expect(chat.replies).to_have_count(2)
    expect(chat.replies.first).to_contain_text(DRUG_CHECKING)


def test_the_servers_own_words_are_shown_and_the_message_can_be_sent_again(visit):
    chat = visit().open()
    body = {"error": "busy", "message": "A lot is going on."}
    chat.page.route(
        "**/chat/message",
        lambda route: route.fulfill(status=429, json=body, headers={"access-control-allow-origin": "*"}),
        times=1,
    )
    chat.send("what is drug checking?")
    expect(chat.note).to_contain_text("A lot is going on.")
    chat.button("Try again").click()
    expect(chat.replies.last).to_contain_text(DRUG_CHECKING)
