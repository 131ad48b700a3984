"""The chat for everyone: axe in every state, keyboard alone, the accessibility tree, small and unusual screens."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.support import ROOT
from tests.support.chromium import DESKTOP, PHONE, SMALLEST, Chat

PICTURES = ROOT / "results" / "widget"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RULES_ON_COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can still go wrong in the dark on a page that is right in the light."""


def answered(chat: Chat) -> None:
    chat.ask("what is drug checking?")


def sources(chat: Chat) -> None:
    answered(chat)
    chat.page.get_by_text("Sources (checked on").click()


def urgent(chat: Chat) -> None:
    chat.send("my friend has overdosed")
    chat.page.locator(".urgent").wait_for()


def clarifying(chat: Chat) -> None:
    chat.ask("where can i get it")


def helped(chat: Chat) -> None:
    answered(chat)
    chat.button("No").click()


def writing(chat: Chat) -> None:
    chat.send_and_wait("what is drug checking?")
    expect(chat.status).to_have_text("Writing")


def offline(chat: Chat) -> None:
    chat.page.route("**/chat/message", lambda route: route.abort())
    chat.send("what is drug checking?")
    expect(chat.note).to_contain_text("I'll keep trying")


def stored(chat: Chat) -> None:
    chat.page.route("**/chat/message", lambda route: route.abort())
    chat.send("hes not breathing")
    expect(chat.stored).to_be_visible()


def refused(chat: Chat) -> None:
    body = {"error": "busy", "message": "I'm very busy right now. Please try again in a moment."}
    headers = {"access-control-allow-origin": "*"}
    chat.page.route("**/chat/message", lambda route: route.fulfill(status=429, json=body, headers=headers))
    chat.send("what is drug checking?")
    chat.button("Try again").wait_for()


def too_long(chat: Chat) -> None:
    chat.send("Long words. " * 90)


def newer(chat: Chat) -> None:
    answered(chat)
    let_go = chat.send_and_wait("is it legal")
    chat.log.evaluate("log => { log.scrollTop = 0 }")
    let_go()
    chat.button("New message below").wait_for()


def counting(chat: Chat) -> None:
    chat.page.keyboard.press("Shift")


def erased(chat: Chat) -> None:
    answered(chat)
    chat.button("Erase").click()
    expect(chat.status).to_contain_text("Erased")


def closed(chat: Chat) -> None:
    chat.button("Close").click()


def opened(chat: Chat) -> None:
    expect(chat.panel).to_be_visible()


STATES = [closed, opened, writing, answered, sources, clarifying, urgent, helped, newer, too_long, offline, stored, refused, counting, erased]  # fmt: skip
SCREENS = {"desktop": DESKTOP, "phone": PHONE}
LIGHTS = {"light": RULES, "dark": RULES_ON_COLOURS}


def faults(chat: Chat, rules: dict = RULES) -> list[str]:
    if not chat.page.evaluate("'axe' in window"):
        chat.page.evaluate(AXE_SCRIPT)
    found = chat.page.evaluate("async (rules) => (await axe.run(rules)).violations", rules)
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def faults_in_light_and_dark(chat: Chat, name: str) -> dict[str, list[str]]:
    """Return what axe finds, without the lights in which it finds nothing; keep a picture of both."""
    found = {}
    for light, rules in LIGHTS.items():
        chat.page.emulate_media(color_scheme=light)
        picture(chat, f"{name}_{light}")
        found[light] = faults(chat, rules)
    return {light: wrong for light, wrong in found.items() if wrong}


def picture(chat: Chat, name: str) -> None:
    """Keep a picture to look at: results/widget."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    chat.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def fits(chat: Chat) -> bool:
    """Tell whether no button or bubble sticks out of the panel sideways, and none is cut off."""
    return chat.inside(
        """[...root.querySelectorAll(".panel, [role=log], .bubble, button, .form")].every((one) =>
        one.scrollWidth <= one.clientWidth + 2 || getComputedStyle(one).display === "inline")"""
    )


def smallest_button(chat: Chat) -> float:
    """Return the shorter side of the smallest button that is to be seen, in pixels."""
    return chat.inside(
        "Math.min(...[...root.querySelectorAll('button')].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect()).map((box) => Math.min(box.width, box.height)))"
    )


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_in_every_state_axe_finds_nothing_and_on_a_phone_buttons_are_44_pixels_and_the_way_out_in_sight(
    visit, state, screen
):
    chat = visit(SCREENS[screen]).open()
    state(chat)
    if screen == "phone" and state is not closed:
        assert smallest_button(chat) >= 44
        expect(chat.button("Leave now")).to_be_in_viewport(ratio=1)
    assert faults_in_light_and_dark(chat, f"{state.__name__}_{screen}") == {}


@pytest.mark.parametrize(
    ("name", "device", "options"),
    [
        ("right_to_left", DESKTOP, {"dir": "rtl"}),
        ("forced_colours", {**DESKTOP, "forced_colors": "active"}, {}),
        ("smallest", SMALLEST, {}),
        ("zoomed", {**SMALLEST, "device_scale_factor": 4}, {}),
        ("start", DESKTOP, {"position": "start"}),
        ("yellow", DESKTOP, {"colour": "#ffe000"}),
        ("yellow_dark", {**DESKTOP, "color_scheme": "dark"}, {"colour": "#ffe000"}),
    ],
)
def test_axe_finds_nothing_on_unusual_screens(visit, name, device, options):
    chat = visit(device, **options).open()
    urgent(chat)
    picture(chat, name)
    assert faults(chat) == []


@pytest.mark.parametrize("path", ["/", "/frame", "/embed", "/about", "/privacy"])
def test_axe_finds_nothing_on_the_servers_own_pages(browser, server, path):
    page = browser.new_page(**PHONE)
    page.goto(server.url + path)
    chat = Chat(page)
    if path in ("/", "/frame"):
        answered(chat)
    found = faults_in_light_and_dark(chat, f"page_{path[1:] or 'chat'}")
    page.close()
    assert found == {}


# ---- The keyboard


def test_the_keyboard_alone_holds_a_conversation(visit):
    chat = visit()
    chat.tab_to("Ask anything")
    chat.page.keyboard.press("Enter")
    chat.page.keyboard.type("what is drug checking?")
    chat.page.keyboard.press("Enter")
    chat.replies.first.wait_for()
    chat.tab_to("How it works", "Shift+Tab")
    chat.page.keyboard.press("Enter")
    chat.replies.nth(1).wait_for()
    chat.tab_to("Yes", "Shift+Tab")
    chat.page.keyboard.press("Space")
    expect(chat.status).to_contain_text("I'm glad")
    chat.tab_to("Erase")
    chat.page.keyboard.press("Enter")
    expect(chat.status).to_contain_text("Erased")
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()


def test_the_order_is_that_of_the_eye(visit):
    chat = visit().open()
    chat.tab_to("Leave now")
    order = ["Leave now"]
    for _ in range(13):
        chat.page.keyboard.press("Tab")
        order.append(chat.focused())
    assert order == [
        "Leave now", "Close", "Conversation", "Someone has overdosed", "I feel I can't go on", "Staying safer",
        "What is drug checking?", "What happens to my messages?", "What can I ask?", "Your question", "Send", "Erase",
        "Privacy (opens in a new tab)", "About (opens in a new tab)",
    ]  # fmt: skip


def test_the_focus_stays_in_the_open_chat(visit):
    chat = visit().open()
    reached = set()
    for _ in range(30):
        chat.page.keyboard.press("Tab")
        reached.add(chat.page.evaluate("document.activeElement.tagName"))
    assert reached <= {"ASK-CHAT", "BODY"}  # BODY: the browser's own bars


def test_the_focus_returns_to_the_button(visit):
    chat = visit().open()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()


def test_a_pressed_quick_reply_hands_the_focus_on_to_the_field(visit):
    chat = visit().open()
    chat.button("What can I ask?").press("Enter")
    expect(chat.field).to_be_focused()


@pytest.mark.parametrize("name", ["Leave now", "Close", "Send", "Erase"])
def test_the_focus_can_be_seen(visit, name):
    chat = visit().open()
    chat.tab_to(name)
    expect(chat.button(name)).to_have_css("outline-width", "3px")


# ---- The accessibility tree


def test_the_tree_of_a_conversation(visit):
    chat = visit().open()
    chat.ask("what is drug checking?")
    expect(chat.panel).to_match_aria_snapshot("""
      - dialog "Ask anything":
        - heading "Ask anything" [level=2]
        - button "Leave now"
        - button "Close"
        - log "Conversation":
          - paragraph: /Assistant/
          - paragraph: /Hello/
          - paragraph: /You/
          - paragraph: what is drug checking?
          - paragraph: /Assistant/
          - paragraph: /Drug checking is a service/
          - group: /Sources/
          - group "Did this help?":
            - button "Yes"
            - button "No"
          - button "Copy answer"
          - group "Ask next":
            - button "How it works"
        - status
        - alert
        - textbox "Your question"
        - button "Send"
        - paragraph:
          - button "Erase"
          - link /Privacy/
    """)


def nodes(chat: Chat) -> list[tuple[str, dict]]:
    """Return role and properties of everything that assistive technology is told of."""
    tree = chat.page.context.new_cdp_session(chat.page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], {one["name"]: one["value"].get("value") for one in node.get("properties", [])})
        for node in tree
        if not node["ignored"]
    ]


def test_answers_are_announced_politely(visit):
    chat = visit().open()
    assert [about["live"] for role, about in nodes(chat) if role == "log"] == ["polite"]


def test_an_urgent_answer_is_announced_at_once(visit):
    chat = visit().open()
    urgent(chat)
    assert [about["live"] for role, about in nodes(chat) if role == "alert"] == ["assertive", "assertive"]


def test_a_fault_in_the_field_is_told_to_everyone(visit):
    chat = visit().open()
    too_long(chat)
    assert [about["invalid"] for role, about in nodes(chat) if role == "textbox"] == ["true"]


def test_the_label_is_no_placeholder(visit):
    chat = visit().open()
    chat.field.fill("x")
    expect(chat.page.get_by_text("Your question", exact=True)).to_be_visible()
    assert chat.field.get_attribute("placeholder") is None


# ---- Screens and settings


@pytest.mark.parametrize("device", [SMALLEST, {**SMALLEST, "device_scale_factor": 4}], ids=["320x256", "400 %"])
def test_on_the_smallest_screen_all_is_within_reach_and_the_way_out_in_sight(visit, device):
    chat = visit(device).open()
    answered(chat)
    for where in (chat.field, chat.button("Erase"), chat.replies.last):
        where.scroll_into_view_if_needed()
        expect(where).to_be_in_viewport()
        expect(chat.button("Leave now")).to_be_in_viewport(ratio=1)
    assert fits(chat)


@pytest.mark.parametrize("device", [DESKTOP, PHONE, SMALLEST], ids=["desktop", "phone", "smallest"])
def test_wider_spacing_cuts_nothing_off(visit, device):
    chat = visit(device).open()
    chat.inside(
        """(() => { const wide = new CSSStyleSheet(); wide.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, wide] })()"""
    )
    answered(chat)
    assert fits(chat)
    expect(chat.button("Leave now")).to_be_in_viewport(ratio=1)


def test_a_word_without_end_is_broken(visit):
    chat = visit(PHONE).open()
    chat.ask("x" * 300)
    assert fits(chat)


def test_from_right_to_left_the_persons_words_are_on_the_left(visit):
    chat = visit(dir="rtl").open()
    chat.ask("what is drug checking?")
    assert chat.page.locator(".you").bounding_box()["x"] < chat.replies.last.bounding_box()["x"]


def test_in_the_dark_it_is_dark(visit):
    chat = visit({**DESKTOP, "color_scheme": "dark"}).open()
    expect(chat.panel).to_have_css("background-color", "rgb(22, 24, 28)")


def test_forced_colours_show_where_a_message_ends(visit):
    chat = visit({**DESKTOP, "forced_colors": "active"}).open()
    answered(chat)
    expect(chat.replies.last).to_have_css("border-block-start-color", "rgb(0, 0, 0)")


def test_nothing_moves_for_those_who_want_it_so(visit):
    chat = visit({**DESKTOP, "reduced_motion": "reduce"}).open()
    writing(chat)
    assert chat.inside("getComputedStyle(root.querySelector('.typing i')).animationName") == "none"


def test_the_whole_conversation_is_printed_and_no_button(visit):
    chat = visit().open()
    answered(chat)
    chat.ask("is it legal")
    chat.page.emulate_media(media="print")
    picture(chat, "print")
    assert chat.inside(
        "root.querySelector('[role=log]').scrollHeight <= root.querySelector('[role=log]').clientHeight + 2"
    )
    assert chat.page.locator("ask-chat button:visible").count() == 0


def test_letters_follow_the_readers_own_size(visit):
    chat = visit(style="html { font-size: 4px }").open()
    expect(chat.replies.or_(chat.page.locator(".bubble")).first).to_have_css("font-size", "16px")
