"""The preview shows staff their answers as people see them, follows each change, and says what a question would get."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.support.chromium import PHONE
from tests.support.server import copy_project, run_bot

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
CRIME = "faq/crime"
SECONDS_TO_LOAD = 240


@pytest.fixture(scope="module")
def preview(model, tmp_path_factory):
    """A preview of a copy of the content: where it is, and where the copy is."""
    checkout = copy_project(tmp_path_factory.mktemp("preview") / "checkout")
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "preview", "--port", "0"], cwd=checkout, env=os.environ, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    url = re.search(r"http://127.0.0.1:\d+", process.stdout.readline())[0]
    wait_until_questions_can_be_asked(url)
    yield url, checkout
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def wait_until_questions_can_be_asked(url: str) -> None:
    """Wait for the model, which is loaded after the page can be opened."""
    state, deadline = {"number": 0, "asking": "…"}, time.monotonic() + SECONDS_TO_LOAD
    while state["asking"]:
        assert time.monotonic() < deadline, state["asking"]
        state = httpx.get(f"{url}/preview/state?after={state['number']}", timeout=SECONDS_TO_LOAD).json()


@pytest.fixture
def open_page(browser, preview):
    contexts, errors = [], []

    def open_page(device: dict = DESKTOP, answer: str = ""):
        contexts.append(browser.new_context(**device))
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(f"{preview[0]}/preview#{answer}")
        page.locator("#answers li").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def crime(preview):
    """The file of an answer, which is as before afterwards."""
    file = preview[1] / "data/faq/faq/crime.yml"
    before = file.read_text()
    yield file
    file.write_text(before)


def chat(page):
    return page.frame_locator("#chat").locator(".bubble.bot").nth(1)


expect.set_options(timeout=30_000)


def test_every_answer_is_listed_with_its_state(open_page, preview):
    page = open_page()
    files = list((preview[1] / "data/faq").glob("*/*.yml"))
    assert page.locator("#answers li").count() == len(files) + 1  # And out_of_scope.
    assert page.locator("#answers .state.never-reviewed").count() == len(files) + 1


def test_the_list_can_be_searched(open_page):
    page = open_page()
    page.get_by_label("Find").fill(CRIME)
    expect(page.locator("#answers li")).to_have_count(1)


def test_an_answer_is_shown_as_on_the_web_and_as_in_telegram(open_page):
    page = open_page(answer=CRIME)
    expect(chat(page).locator("li").first).to_contain_text("Opioid agonist therapy")
    expect(page.locator("#telegram .message")).to_contain_text("• Opioid agonist therapy")
    expect(page.locator("#telegram .keyboard")).to_contain_text("Tell me more")


def test_a_part_is_shown_by_its_button(open_page):
    page = open_page(answer="service/drug_checking")
    page.get_by_role("button", name="Is it legal?").first.click()
    expect(page.locator("#parts [aria-pressed=true]")).to_have_text("Is it legal?")
    assert page.url.endswith("#service%2Fdrug_checking%23law")


def test_what_people_ask_next_is_shown_with_its_answers(open_page):
    page = open_page(answer="safety/naloxone_kit")
    expect(page.locator("#follow-ups dt").first).to_have_text("Does it hurt them?")
    expect(page.locator("#follow-ups dd").first).to_contain_text("Naloxone itself is very safe.")


def test_an_urgent_answer_comes_with_its_numbers(open_page):
    page = open_page(answer="urgent/overdose")
    expect(page.locator("#telegram .message").first).to_contain_text("112 in the EU")
    expect(page.frame_locator("#chat").locator(".bubble.urgent")).to_contain_text("112 in the EU")


def test_an_edit_is_shown_without_reloading(open_page, crime):
    page = open_page(answer=CRIME)
    expect(chat(page)).to_contain_text("So far")
    crime.write_text(crime.read_text().replace("answer: |\n", "answer: |\n  These are new words.\n"))
    expect(chat(page)).to_contain_text("These are new words.")
    expect(page.locator("#telegram")).to_contain_text("These are new words.")


def test_a_typo_shows_its_message_below_its_line_and_the_last_good_answer(open_page, crime):
    page = open_page(answer=CRIME)
    good = crime.read_text()
    crime.write_text(good.replace("title: ", "title: Crime: "))
    expect(page.locator(".code pre.here + p")).to_contain_text("A text with a colon and a space needs quotes")
    expect(page.locator("#telegram .message")).to_contain_text("So far")
    expect(page.locator("#answers button", has_text=CRIME).locator(".state")).to_have_text("1 to mend")
    crime.write_text(good)
    expect(page.locator("#problems")).to_be_empty()


def test_what_only_the_check_finds_is_shown_too(open_page, crime):
    page = open_page(answer=CRIME)
    crime.write_text(crime.read_text().replace("answer: |\n", "answer: |\n  An addict.\n"))
    expect(page.locator(".code p")).to_contain_text("'addict' is a word to avoid")


def test_a_question_gets_its_answer_how_sure_what_was_close_and_why(open_page):
    page = open_page()
    page.get_by_label("A question").fill("is narcan legal")
    page.keyboard.press("Enter")
    first = page.locator("#got .first")
    expect(first).to_contain_text("service/overdose_prevention#law")
    expect(first).to_contain_text(re.compile(r"\d+ %"))
    expect(page.locator("#got ul")).to_contain_text("It asks for the section `law`.")
    assert page.locator("#got > button").count() >= 3


def test_a_question_that_is_asked_before_the_model_is_loaded_is_answered_once_it_is(open_page):
    page, later = open_page(), []
    loading = {"number": 1, "asking": "The model is being loaded …", "answers": []}

    def state(route: Route) -> None:
        route.fulfill(json=loading) if route.request.url.endswith("=0") else later.append(route)

    page.route("**/preview/state?after=*", state)
    page.reload()
    expect(page.locator("#asking")).to_have_text("The model is being loaded …")
    page.get_by_label("A question").fill("is narcan legal")
    page.keyboard.press("Enter")
    expect(page.locator("#got")).to_contain_text("as soon as the model is loaded")
    later[0].fulfill(json={**loading, "number": 2, "asking": ""})
    expect(page.locator("#got .first")).to_contain_text("service/overdose_prevention#law")


def test_a_model_that_is_older_than_the_examples_says_so(open_page, preview):
    file = preview[1] / "data/nlu/faq/crime.yml"
    before = file.read_text()
    file.write_text(before + "    - does the newsagent mind the needle van outside\n")
    page = open_page()
    page.get_by_label("A question").fill("is narcan legal")
    page.keyboard.press("Enter")
    expect(page.locator("#got .old")).to_contain_text("older than your example questions")
    file.write_text(before)


def test_on_a_phone_one_column_is_shown_at_a_time(open_page):
    page = open_page(PHONE)
    expect(page.locator("#look")).to_be_hidden()
    page.locator("#answers button").first.click()
    expect(page.locator("#look")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example:80"}, {"origin": "https://evil.example"}], ids=["host", "origin"]
)
def test_no_website_can_reach_it_through_the_browser(preview, headers):
    assert httpx.post(f"{preview[0]}/preview/ask", json={"text": "hello"}, headers=headers).status_code == 403


def test_it_listens_on_this_machine_only(preview):
    port = int(preview[0].rpartition(":")[2])
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))


@pytest.mark.parametrize("query", ["id=faq/gone", "id=../../etc", ""])
def test_an_answer_that_is_not_there_is_not_found(preview, query):
    assert httpx.get(f"{preview[0]}/preview/answer?{query}").status_code == 404


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run_bot("preview", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stderr.endswith("bot preview --port 5007\n")) == (1, True)
