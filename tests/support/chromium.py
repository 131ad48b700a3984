"""Drives the chat in Debian's Chromium: a website with the chat in it, and what a person does there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

WHOLE = shutil.which("chromium") or "chromium"
WITHOUT_WINDOWS = shutil.which("chromium-headless-shell") or WHOLE
"""Chromium without what is around a page: to open one costs a third of the processor time. It keeps no page that one left."""
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
KEEPS_NO_PAGES = "--disable-back-forward-cache"
"""What Playwright adds, and no one's browser has."""
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SMALLEST = {"viewport": {"width": 320, "height": 256}}


@contextmanager
def chromium(program: str = WITHOUT_WINDOWS) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, ignore_default_args=[KEEPS_NO_PAGES]
        )
        yield browser
        browser.close()


def host_page(script: str, style: str = "", body: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Our advice centre</title>{style and f'<style>{style}</style>'}</head><body><main><h1>Our advice centre</h1>"
        f'<p>Open on weekdays. <a href="/elsewhere">Where we are</a></p>{body}</main>{script}</body></html>'
    )


@dataclass
class Chat:
    """A page with the chat, as a person uses it."""

    page: Page

    @property
    def launcher(self):
        return self.page.locator("ask-chat .launcher")

    @property
    def panel(self):
        return self.page.locator("ask-chat .panel")

    @property
    def log(self):
        return self.page.get_by_role("log")

    @property
    def field(self):
        return self.page.get_by_label("Your question")

    @property
    def status(self):
        return self.page.locator("ask-chat p[role=status]")

    @property
    def alert(self):
        return self.page.locator("ask-chat p[role=alert]")

    @property
    def replies(self):
        return self.page.locator("ask-chat .turn > .bubble:not(.you)")

    @property
    def note(self):
        """What is said of a message that isn't answered yet."""
        return self.page.locator("ask-chat .note")

    @property
    def stored(self):
        """The steps that are kept in the page for someone in danger."""
        return self.page.locator("ask-chat .stored .urgent")

    def button(self, name: str):
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self) -> Chat:
        self.launcher.click()
        return self

    def send(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> str:
        """Send a message and return its reply."""
        before = self.replies.count()
        self.send(text)
        self.replies.nth(before).wait_for()
        return self.replies.nth(before).inner_text()

    def send_and_wait(self, text: str) -> Callable[[], None]:
        """Send a message that is kept back on its way; returns what lets it go."""
        held: list[Route] = []
        self.page.route("**/chat/message", lambda route: held.append(route))
        with self.page.expect_request("**/chat/message"):
            self.send(text)
        return lambda: held[0].continue_()

    def focused(self) -> str:
        """Return the name of what has the keyboard."""
        return self.page.evaluate(
            """() => { let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at.ariaLabel || at.labels?.[0]?.textContent || at.textContent.trim() || at.tagName }"""
        )

    def tab_to(self, name: str, key: str = "Tab") -> None:
        for _ in range(60):
            self.page.keyboard.press(key)
            if self.focused() == name:
                return
        raise AssertionError(f"{name} can't be reached by {key}")

    def inside(self, expression: str):
        """Return a JavaScript expression's value; `root` is the shadow root."""
        return self.page.evaluate(
            f"() => {{ const root = document.querySelector('ask-chat').shadowRoot; return {expression} }}"
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser, server, sites) -> Iterator[Callable[..., Chat]]:
    """Opens a website that embeds the chat; `data` are the tag's attributes. Fails if the page reported an error."""
    contexts = []
    errors = []

    def visit(
        device: dict = DESKTOP, style: str = "", body: str = "", headers: dict | None = None, before: str = "",
        url: str = "", script: str = "", **data: str,
    ) -> Chat:  # fmt: skip
        context = browser.new_context(**device)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        if before:
            page.add_init_script(before)
        options = "".join(
            f' data-{name.replace("_", "-")}="{value}"' for name, value in {"exit": sites.neutral, **data}.items()
        )
        script = script or f'<script src="{server.url}/widget.js"{options} defer></script>'
        sites.pages["/site"] = host_page(script, style, body), headers or {}
        page.goto(url or f"{sites.host}/site")
        page.locator("ask-chat").wait_for(state="attached")
        return Chat(page)

    yield visit
    for context in contexts:
        context.close()
    assert errors == []
