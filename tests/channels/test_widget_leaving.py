"""The chat leaves nothing: in the browser, on the server, on the screen; and the quick exit."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.support import eventually
from tests.support.chromium import PHONE, Chat

DRUG_CHECKING = "Drug checking is a service"


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
    expect(chat.log.locator(".turn")).to_have_count(0)


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


OLD_PHONE = {"device": PHONE, "before": "delete window.CloseWatcher"}


@pytest.mark.parametrize("settings", [{}, {"device": PHONE}, OLD_PHONE], ids=["desktop", "phone", "old phone"])
def test_the_back_button_does_not_lead_back_from_the_neutral_site(visit, sites, settings):
    chat = visit(**settings)
    chat.page.goto(f"{sites.host}/before")
    chat.page.goto(f"{sites.host}/site")
    chat.open().button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)
    chat.page.go_back(wait_until="commit")
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


def test_a_phones_back_button_closes_the_chat(visit, sites):
    chat = visit(PHONE).open()
    chat.page.keyboard.press("Escape")  # what Chromium's CloseWatcher takes for the back button of a phone
    expect(chat.panel).to_be_hidden()
    assert chat.page.url == f"{sites.host}/site"


# ---- An element that goes, a chat that expires


def test_an_element_that_is_removed_is_forgotten(visit, server):
    chat = visit().open()
    key = key_of(chat)
    with chat.page.expect_response("**/chat/forget"):
        chat.page.evaluate("document.querySelector('ask-chat').remove()")
    assert is_forgotten(server, key)


def test_an_element_that_is_removed_and_put_back_is_empty_and_closed(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.page.evaluate(
        "async () => { const chat = document.querySelector('ask-chat'); chat.remove(); await 0; document.body.append(chat) }"
    )
    expect(chat.open().page.locator("ask-chat .bubble")).to_have_count(1)


def test_a_chat_that_the_server_has_forgotten_is_cleared(visit):
    chat = visit()
    chat.page.clock.install()
    chat.open().ask("what is drug checking?")
    chat.page.clock.fast_forward("10:05")
    expect(chat.status).to_contain_text("I've forgotten this chat")
    expect(chat.log.locator(".turn")).to_have_count(0)


def test_steps_that_someone_may_be_following_are_not_cleared(visit):
    chat = visit()
    chat.page.clock.install()
    chat.open().ask("my friend has overdosed")
    chat.page.clock.fast_forward("10:05")
    expect(chat.status).to_contain_text("What's above stays here")
    expect(chat.page.locator("ask-chat .urgent")).to_be_visible()


# ---- The quick exit, everywhere


def in_frame(visit, sites, server, sandbox: str = "") -> Chat:
    """A site with the chat in a frame."""
    frame = f'<iframe src="{server.url}/frame" width="500" height="700" {sandbox}></iframe>'
    sites.pages["/framing"] = f"<!doctype html><title>Our centre</title>{frame}", {}
    page = visit().page
    page.goto(f"{sites.host}/framing")
    return Chat(page.frame_locator("iframe"))


def test_in_a_frame_the_page_around_it_leaves(visit, sites, server):
    chat = in_frame(visit, sites, server)
    chat.button("Leave now").click()
    chat.page.owner.page.wait_for_url(sites.neutral)


def test_in_a_frame_that_may_not_leave_it_says_so(visit, sites, server):
    chat = in_frame(visit, sites, server, 'sandbox="allow-scripts allow-same-origin"')
    chat.button("Leave now").click()
    expect(chat.status).to_contain_text("Close this tab or window now")


@pytest.mark.parametrize("wrong", ["wikipedia.org", "http://[bad", "javascript:alert(1)", "/away"])
def test_a_wrong_exit_is_told_at_once_and_the_servers_is_taken(visit, sites, wrong):
    chat = visit(exit=wrong, before="window.told = []; console.warn = (words) => told.push(words)")
    assert "data-exit" in chat.page.evaluate("told.join()")
    chat.open().button("Leave now").click()
    chat.page.wait_for_url(sites.neutral)


def test_shift_is_not_counted_for_ever(visit, sites):
    chat = visit()
    chat.page.clock.install()
    chat.open()
    for _ in range(2):
        chat.page.keyboard.press("Shift")
    chat.page.clock.fast_forward("00:06")
    expect(chat.status).to_contain_text("I've stopped counting")
    chat.page.keyboard.press("Shift")
    expect(chat.status).to_contain_text("two more times")


def test_the_count_is_shown_on_the_button(visit):
    chat = visit().open()
    chat.page.keyboard.press("Shift")
    expect(chat.page.locator("ask-chat .lights")).to_have_text("●○○")


def test_shift_with_the_mouse_does_not_leave(visit, sites):
    chat = visit().open()
    chat.ask("what is drug checking?")
    for _ in range(3):
        chat.replies.last.locator("p").last.click(modifiers=["Shift"])
    expect(chat.status).to_have_text("")
    assert chat.page.url == f"{sites.host}/site"


@pytest.mark.parametrize("path", ["/about", "/privacy"])
def test_the_other_pages_can_be_left_too(visit, server, sites, path):
    page = visit().page
    page.goto(f"{sites.host}/before")
    page.goto(server.url + path)
    page.get_by_role("link", name="Leave now").click()
    page.wait_for_url(sites.neutral)
    page.go_back(wait_until="commit")
    assert page.url == f"{sites.host}/before"


def test_shift_three_times_leaves_the_other_pages(visit, server, sites):
    page = visit().page
    page.goto(f"{server.url}/about")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(sites.neutral)


@pytest.mark.parametrize("path", ["/", "/about"])
def test_without_javascript_leave_now_is_a_link(browser, server, sites, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + path)
    page.get_by_role("link", name="Leave now").click()
    page.wait_for_url(sites.neutral)
    context.close()


def test_above_a_phones_keyboard_the_way_out_stays_in_sight(visit):
    keyboard = """const seen = Object.assign(new EventTarget(), { scale: 1, offsetTop: 0, height: innerHeight });
        Object.defineProperty(window, "visualViewport", { value: seen });
        window.keyboard = () => { Object.assign(seen, { offsetTop: 120, height: 400 }); seen.dispatchEvent(new Event("resize")) }"""
    chat = visit(PHONE, before=keyboard).open()
    chat.page.evaluate("keyboard()")
    top, bottom = chat.inside(
        "[root.querySelector('.panel .leave').getBoundingClientRect().top, root.querySelector('textarea').getBoundingClientRect().bottom]"
    )
    assert (top >= 120, bottom <= 520) == (True, True)


# ---- What is sent


def test_the_request_is_one_that_needs_no_permission_first(visit):
    chat = visit().open()
    with chat.page.expect_request("**/chat/message") as request:
        chat.send("hello")
    assert request.value.method == "POST"
    assert set(json.loads(request.value.post_data)) == {"conversation", "id", "language", "text"}
