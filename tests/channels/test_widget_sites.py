"""The chat in real sites: whatever they do to their pages, and what they can choose."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.support import ROOT
from tests.support.chromium import DESKTOP, Chat

ADD_AGAIN = "(src) => new Promise((done) => document.body.append(Object.assign(document.createElement('script'), { src, onload: done })))"
SIZES_GZIPPED = 14 * 1024


def opens(chat: Chat) -> None:
    expect(chat.open().field).to_be_focused()


# ---- What sites do


def test_a_module_script_brings_the_chat(visit, server):
    opens(visit(script=f'<script type="module" src="{server.url}/widget.js"></script>'))


@pytest.mark.parametrize("swap", [
    "document.querySelector('ask-chat').remove()",
    "document.body.innerHTML = '<p>Next page</p>'",
    "document.body.replaceWith(document.createElement('body'))",
])  # fmt: skip
def test_it_is_back_when_its_script_runs_again(visit, server, swap):
    chat = visit()
    chat.page.evaluate(f"() => {{ {swap} }}")
    chat.page.evaluate(ADD_AGAIN, f"{server.url}/widget.js")
    opens(chat)


def test_it_is_back_in_a_new_body(visit):
    chat = visit()
    chat.page.evaluate("() => { document.body = document.createElement('body') }")
    opens(chat)


def test_a_chat_that_is_moved_while_open_stays_open_and_keeps_its_conversation(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.page.evaluate("document.body.prepend(document.querySelector('ask-chat'))")
    assert chat.inside("root.querySelector('dialog').matches(':modal')")
    assert "legal" in chat.ask("is it legal")


def test_shortcuts_of_the_page_take_no_letters(visit):
    chat = visit().open()
    chat.page.evaluate("addEventListener('keydown', (event) => '/s'.includes(event.key) && event.preventDefault())")
    chat.field.press_sequentially("is / safe")
    expect(chat.field).to_have_value("is / safe")


def test_a_popover_that_comes_later_does_not_cover_the_button(visit):
    chat = visit(body="<div popover=manual id=news style='inset:auto 0 0 auto; width:400px; height:200px'>News</div>")
    chat.page.evaluate("news.showPopover()")
    opens(chat)


def test_a_base_address_of_the_page_changes_no_link(visit, server):
    chat = visit(body='<base href="https://example.org/deep/">').open()
    expect(chat.page.get_by_role("link", name="Privacy")).to_have_attribute("href", f"{server.url}/privacy?lang=en")


def test_selecting_text_to_beyond_the_panel_does_not_close_it(visit):
    chat = visit().open()
    box = chat.log.locator("p").last.bounding_box()
    chat.page.mouse.move(box["x"] + 5, box["y"] + 5)
    chat.page.mouse.down()
    chat.page.mouse.move(100, 300)
    chat.page.mouse.up()
    expect(chat.panel).to_be_visible()


def test_a_press_beside_the_panel_closes_it(visit):
    chat = visit().open()
    chat.page.mouse.click(100, 300)
    expect(chat.panel).to_be_hidden()


def test_the_focus_returns_to_the_sites_own_button(visit):
    chat = visit(body="<button onclick='document.querySelector(\"ask-chat\").open()'>Chat with us</button>")
    chat.button("Chat with us").click()
    chat.page.keyboard.press("Escape")
    expect(chat.button("Chat with us")).to_be_focused()


def test_a_frame_without_forms_can_send(visit, server, sites):
    sandbox = (
        f'<iframe src="{server.url}/frame" sandbox="allow-scripts allow-same-origin" width="500" height="700"></iframe>'
    )
    sites.pages["/sandbox"] = f"<!doctype html><title>x</title>{sandbox}", {}
    page = visit().page
    page.goto(f"{sites.host}/sandbox")
    frame = page.frame_locator("iframe")
    frame.get_by_label("Your question").fill("hello")
    frame.get_by_role("button", name="Send").click()
    expect(frame.locator(".turn .bot").first).to_be_visible()


def test_only_sites_on_the_list_may_frame_the_chat(server, sites):
    policy = httpx.get(f"{server.url}/frame").headers["content-security-policy"]
    framing = policy.partition("frame-ancestors ")[2].split()
    assert ("'self'" in framing, sites.host in framing, "*" in framing) == (True, True, False)


def test_arabic_words_run_from_right_to_left(visit):
    chat = visit().open()
    chat.send("ما هو فحص المخدرات؟")
    expect(chat.page.locator("ask-chat .you")).to_have_css("direction", "rtl")


def test_english_words_keep_their_full_stop_at_the_end_in_a_page_from_right_to_left(visit):
    chat = visit(dir="rtl").open()
    ends = """(() => { const text = root.querySelector(".bot p:not(.who)").firstChild, range = document.createRange();
      const at = (index) => (range.setStart(text, index), range.setEnd(text, index + 1), range.getBoundingClientRect());
      return [at(text.length - 2).left, at(text.length - 1).left] })()"""
    before, stop = chat.inside(ends)
    assert stop > before
    chat.ask("what is drug checking?")
    expect(chat.page.locator("ask-chat").get_by_text("Did this help?")).to_have_css("unicode-bidi", "plaintext")


def test_sources_are_printed_with_their_addresses(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.page.emulate_media(media="print")
    chat.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(chat.replies.locator("li a").first).to_be_visible()
    assert "attr" not in chat.inside("getComputedStyle(root.querySelector('details a'), '::after').content")


def test_it_is_printed_in_the_light(visit):
    chat = visit(theme="dark").open()
    chat.page.emulate_media(media="print")
    expect(chat.panel).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(chat.page.get_by_role("heading", name="Ask anything")).to_have_css("color", "rgb(0, 0, 0)")


# ---- What sites choose


def test_a_site_chooses_names_logo_and_words(visit, sites):
    chat = visit(
        title="Ask Mia",
        subtitle="Your advice centre",
        launcher="Talk to us",
        logo=f"{sites.host}/logo.png",
        word_send="Go",
    )
    expect(chat.launcher).to_have_text("Talk to us")
    expect(chat.open().page.locator("ask-chat .head")).to_contain_text("Your advice centre")
    expect(chat.page.locator("ask-chat .logo")).to_have_attribute("src", f"{sites.host}/logo.png")
    expect(chat.button("Go")).to_be_visible()


@pytest.mark.parametrize(("theme", "colour"), [("dark", "rgb(22, 24, 28)"), ("light", "rgb(255, 255, 255)")])
def test_a_site_chooses_light_or_dark(visit, theme, colour):
    other = "light" if theme == "dark" else "dark"
    chat = visit({**DESKTOP, "color_scheme": other}, theme=theme).open()
    expect(chat.panel).to_have_css("background-color", colour)


def test_a_site_chooses_the_first_questions(visit):
    chat = visit(starters="what is drug checking? | is this anonymous?").open()
    chat.button("what is drug checking?").click()
    expect(chat.replies.first).to_contain_text("Drug checking is a service")


@pytest.mark.parametrize(
    ("name", "value"), [("colour", "blueish"), ("position", "left"), ("theme", "night"), ("server", "not a url")]
)
def test_an_attribute_that_can_not_be_used_is_told(visit, name, value):
    chat = visit(before="window.told = []; console.warn = (words) => told.push(words)", **{name: value})
    assert f'data-{name}="{value}"' in chat.page.evaluate("told.join()")


@pytest.mark.parametrize("colour", ["#06c", "rebeccapurple", "rgb(10 120 60)"])
def test_any_colour_of_css_will_do(visit, colour):
    assert (
        visit(colour=colour).inside("getComputedStyle(root.querySelector('.all')).getPropertyValue('--main')") == colour
    )


def test_a_site_is_told_what_happens_and_nothing_that_was_said(visit):
    chat = visit()
    chat.page.evaluate("""() => { window.told = []; for (const type of ["open", "close", "message", "exit"])
        document.addEventListener(type, (event) => event.target.localName === "ask-chat" && told.push([type, event.detail])) }""")
    chat.open().ask("what is drug checking?")
    chat.button("Close").click()
    expect(chat.launcher).to_be_focused()
    told = [["open", None], ["message", {"from": "person"}], ["message", {"from": "assistant"}], ["close", None]]
    assert chat.page.evaluate("told") == told


def test_a_site_can_ask(visit):
    chat = visit()
    chat.page.evaluate("document.querySelector('ask-chat').ask('what is drug checking?')")
    expect(chat.replies.first).to_contain_text("Drug checking is a service")


def test_the_module_loads_the_chat(visit, server, sites):
    module = (ROOT / "web/npm/index.js").read_text()
    sites.pages["/module.js"] = module, {"content-type": "text/javascript"}
    load = f'import {{ loadChat }} from "/module.js"; loadChat("{server.url}", {{ title: "Talk to us" }})'
    opens(visit(script=f'<script type="module">{load}</script>'))


def test_the_script_is_small(server):
    response = httpx.get(f"{server.url}/widget.js", headers={"accept-encoding": "gzip"})
    assert int(response.headers["content-length"]) <= SIZES_GZIPPED


# ---- Layout


def test_the_ring_around_the_field_is_not_cut(visit):
    """What follows is painted over what sticks out of the form: 2 of the ring's 3 pixels do."""
    chat = visit().open()
    room = "field => field.closest('.form').getBoundingClientRect().bottom - field.getBoundingClientRect().bottom"
    assert chat.field.evaluate(room) >= 2


def test_a_question_stays_in_sight_above_its_long_answer(visit):
    chat = visit().open()
    chat.ask("hello")
    chat.ask("what is drug checking?")
    expect(chat.page.locator("ask-chat .you").last).to_be_in_viewport(ratio=1)


def test_three_next_steps_and_more(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    steps = chat.page.locator("ask-chat .next button")
    assert (steps.count(), steps.last.inner_text()) == (4, "More")
    chat.button("More").click()
    assert steps.count() > 4
    expect(steps.nth(3)).to_be_focused()


def test_ways_out_of_danger_stand_out_among_the_first_questions(visit):
    chat = visit().open()
    red = chat.page.locator("ask-chat .starters .danger")
    assert red.all_inner_texts() == ["Someone has overdosed", "I feel I can't go on"]
    expect(red.first).to_have_css("color", "rgb(163, 24, 15)")


def test_only_the_last_answer_can_be_copied(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    chat.ask("is it legal")
    expect(chat.button("Copy answer")).to_have_count(1)


def test_a_long_button_is_broken(visit):
    chat = visit().open()
    reply = {"kind": "clarify", "text": "Which?", "buttons": [{"title": "x" * 200, "answer": "a/b"}]}
    body = {"conversation": "0" * 32, "replies": [reply]}
    chat.page.route(
        "**/chat/message", lambda route: route.fulfill(json=body, headers={"access-control-allow-origin": "*"})
    )
    chat.ask("x")
    assert chat.inside("root.querySelector('[role=log]').scrollWidth <= root.querySelector('[role=log]').clientWidth")


def test_a_second_press_of_enter_is_no_fault(visit):
    chat = visit().open()
    chat.send_and_wait("hello")
    chat.field.press("Enter")
    expect(chat.alert).to_have_text("")


def test_the_front_page_says_what_it_is_who_runs_it_and_what_it_keeps(visit, server):
    chat = visit(url=server.url)
    expect(chat.page.get_by_role("region", name="What this is")).to_match_aria_snapshot("""
      - heading "What this is"
      - heading "In an emergency"
      - paragraph:
        - link "112"
      - group: Who runs it
      - group: What it keeps
    """)
