"""The chat on a website, in a real browser: embedding, talking, trouble, and leaving nothing."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.chromium import PHONE, Chat, host_page
from tests.support.telegram_api import eventually

DRUG_CHECKING = "Drug checking is a service"
STRICT = "default-src 'none'; script-src {server}; connect-src {server}; require-trusted-types-for 'script'; trusted-types 'none'"
REPLY = {"conversation": "0" * 32, "replies": [{"kind": "answer", "text": "", "buttons": []}]}


def replying(chat: Chat, text: str) -> None:
    """Let the server say something of the test's choice."""
    body = {**REPLY, "replies": [{**REPLY["replies"][0], "text": text}]}
    headers = {"access-control-allow-origin": "*"}
    chat.page.route("**/chat/message", lambda route: route.fulfill(json=body, headers=headers))


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
    expect(chat.status).to_contain_text("I can't reach the assistant")
    page.close()


def test_a_page_that_resets_everything_changes_nothing(visit):
    plain = visit().open().panel.screenshot(animations="disabled")
    reset = visit(style="* { all: unset !important; font-size: 40px !important; display: inline !important }").open()
    assert reset.panel.screenshot(animations="disabled") == plain


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


@pytest.mark.alone
def test_it_is_ready_200_ms_after_the_script_arrives_on_a_slow_processor(browser, server, sites):
    sites.pages["/empty"] = host_page(""), {}
    assert min(milliseconds_to_ready(browser, f"{sites.host}/empty", f"{server.url}/widget.js") for _ in range(3)) < 200


def milliseconds_to_ready(browser, url: str, script: str) -> float:
    """Measure from the script's arrival to the first frame with the button in it, on a four times slower processor."""
    page = browser.new_page()
    page.goto(url)
    page.wait_for_timeout(200)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    taken = page.evaluate(
        """async (src) => { document.head.append(Object.assign(document.createElement("script"), { src }));
        await customElements.whenDefined("ask-chat");
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - performance.getEntriesByName(src)[0].responseEnd }""",
        script,
    )
    page.close()
    return taken


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
    expect(chat.page.locator(".you")).to_have_text("You said: is <b>5</b> < 10 **mg** [x](https://example.org)?")


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
    chat.replies.last.locator("p").first.click(click_count=3)
    assert DRUG_CHECKING in chat.page.evaluate("getSelection().toString()")


def test_it_shows_that_it_is_writing(visit):
    chat = visit().open()
    chat.send_and_wait("hello")
    expect(chat.status).to_have_text("Writing")


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
    expect(chat.status).to_contain_text("I'll keep trying")
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
    expect(chat.alert).to_contain_text("A lot is going on.")
    chat.button("Try again").click()
    expect(chat.replies.last).to_contain_text(DRUG_CHECKING)


# ---- Leaving nothing


def stored(page) -> list:
    return page.evaluate(
        """async () => [document.cookie, localStorage.length, sessionStorage.length,
        (await indexedDB.databases()).length, (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length]"""
    )


def key_of(chat: Chat) -> str:
    """Have a conversation on drug checking and return its key, read from the network."""
    with chat.page.expect_response("**/chat/message") as response:
        chat.ask("what is drug checking?")
    return response.value.json()["conversation"]


def is_forgotten(server, key: str) -> bool:
    return server.ask("is it legal", key)["replies"][0].get("answer") != "service/drug_checking#law"


def test_nothing_is_stored_in_the_browser(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    assert stored(chat.page) == ["", 0, 0, 0, 0, 0]


def test_the_key_is_in_no_address_and_nowhere_in_the_page(visit):
    chat = visit().open()
    asked = []
    chat.page.on("request", lambda request: asked.append(request.url))
    key = key_of(chat)
    chat.ask("is it legal")
    assert key not in " ".join(asked)
    assert key not in chat.inside("root.innerHTML") + chat.page.content() + chat.page.url


def test_the_server_is_not_told_which_page_one_is_on(visit):
    chat = visit().open()
    with chat.page.expect_request("**/chat/message") as request:
        chat.send("hello")
    assert "referer" not in request.value.all_headers()


def test_what_is_typed_is_not_in_the_servers_output(visit, server):
    visit().open().ask("zanzibarquokka drug checking")
    assert "zanzibarquokka" not in server.output.read_text()


def test_erase_wipes_the_screen(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.button("Erase").click()
    expect(chat.status).to_contain_text("Erased")
    assert "drug checking" not in chat.log.inner_text().lower()


def test_erase_wipes_the_server(visit, server):
    chat = visit().open()
    key = key_of(chat)
    with chat.page.expect_response("**/chat/forget"):
        chat.button("Erase").click()
    assert is_forgotten(server, key)


def test_erase_before_the_first_reply_wipes_the_server_too(visit, server):
    chat = visit().open()
    keys = []

    def slowly(route) -> None:
        response = route.fetch()
        keys.append(response.json()["conversation"])

    chat.page.route("**/chat/message", slowly)
    chat.send("what is drug checking?")
    chat.page.wait_for_timeout(500)
    with chat.page.expect_response("**/chat/forget"):
        chat.button("Erase").click()
    assert is_forgotten(server, keys[0])


def test_erase_without_a_network_says_what_is_left(visit):
    chat = visit(before="const later = setTimeout; setTimeout = (go, ms) => later(go, ms / 50)").open()
    chat.ask("what is drug checking?")
    chat.page.route("**/chat/forget", lambda route: route.abort())
    chat.button("Erase").click()
    expect(chat.status).to_contain_text("it forgets by itself")


def test_leaving_the_page_wipes_the_server(visit, server, sites):
    chat = visit(headers={"cache-control": "no-store"}).open()  # kept out of the browser's back-and-forward memory
    key = key_of(chat)
    chat.page.goto(f"{sites.host}/elsewhere")
    eventually(lambda: is_forgotten(server, key))


def test_leave_now_goes_to_a_neutral_site(visit, sites):
    chat = visit().open()
    chat.button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)


def test_leave_now_wipes_the_server(visit, server, sites):
    chat = visit().open()
    key = key_of(chat)
    chat.button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)
    assert is_forgotten(server, key)


def test_leave_now_blanks_the_page_at_once(visit):
    chat = visit().open()
    seen = (
        """button => { button.click(); return [getComputedStyle(document.documentElement).display, document.title] }"""
    )
    assert chat.button("Leave now").evaluate(seen) == ["none", "…"]


def test_leave_now_does_not_say_where_one_came_from(visit, sites):
    chat = visit().open()
    sites.asked.clear()
    chat.button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)
    headers = next(headers for path, headers in sites.asked if path == "/neutral")
    assert "referer" not in {name.lower() for name in headers}


def test_the_back_button_does_not_lead_back_from_the_neutral_site(visit, sites):
    chat = visit()
    chat.page.goto(f"{sites.host}/before")
    chat.page.goto(f"{sites.host}/site")
    chat.open().button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)
    chat.page.go_back()
    assert chat.page.url == f"{sites.host}/before"


def test_shift_three_times_leaves(visit, sites):
    chat = visit().open()
    for _ in range(3):
        chat.page.keyboard.press("Shift")
    chat.page.wait_for_url(sites.neutral)


def test_shift_is_counted_aloud(visit):
    chat = visit().open()
    chat.page.keyboard.press("Shift")
    expect(chat.status).to_have_text("Press Shift two more times to leave this page.")


def test_capitals_do_not_leave(visit, sites):
    chat = visit().open()
    for letter in "ABCD":
        chat.field.press(f"Shift+{letter}")
    expect(chat.field).to_have_value("ABCD")


def test_shift_leaves_when_the_chat_is_closed_again(visit, sites):
    chat = visit().open()
    chat.button("Close").click()
    expect(chat.button("Leave now")).to_be_visible()
    for _ in range(3):
        chat.page.keyboard.press("Shift")
    chat.page.wait_for_url(sites.neutral)


def test_shift_means_nothing_on_a_page_whose_chat_was_never_opened(visit, sites):
    chat = visit()
    for _ in range(3):
        chat.page.keyboard.press("Shift")
    chat.page.wait_for_timeout(300)
    assert chat.page.url == f"{sites.host}/site"


def test_it_says_that_the_browsers_history_remains(visit):
    expect(visit().open().log).to_contain_text("Your browser's history still shows this page.")


def test_the_full_page_goes_to_the_site_of_the_servers_setting(visit, server, sites):
    chat = visit(url=server.url)
    chat.button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)


def test_the_full_page_answers(visit, server):
    assert DRUG_CHECKING in visit(url=server.url).ask("what is drug checking?")


def test_the_full_pages_title_says_nothing(visit, server):
    assert visit(url=server.url).page.title() == "Chat"


@pytest.mark.parametrize("back", ["Escape", "the back button"])
def test_going_back_closes_the_chat_on_phones(visit, sites, back):
    chat = visit(PHONE, before="delete window.CloseWatcher" if back != "Escape" else "").open()
    if back == "Escape":  # what Chromium's CloseWatcher takes for the back button of a phone
        chat.page.keyboard.press("Escape")
    else:
        chat.page.go_back()
    expect(chat.panel).to_be_hidden()
    assert chat.page.url == f"{sites.host}/site"


def test_closing_takes_its_step_in_the_history_back(visit):
    chat = visit(PHONE, before="delete window.CloseWatcher").open()
    chat.button("Close").click()
    chat.page.wait_for_timeout(200)
    assert chat.page.evaluate("history.state") is None
    expect(chat.panel).to_be_hidden()


def test_the_request_is_one_that_needs_no_permission_first(visit):
    chat = visit().open()
    with chat.page.expect_request("**/chat/message") as request:
        chat.send("hello")
    assert request.value.method == "POST"
    assert set(json.loads(request.value.post_data)) == {"conversation", "id", "text"}
