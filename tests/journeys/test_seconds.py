"""How long people wait. Nothing else runs meanwhile."""

from __future__ import annotations

import resource
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.matching.encoder import Encoder
from bot.matching.encoder_files import ENCODER_FILE, FULL_PRECISION_FILE, encoder_folder
from tests.support.chromium import host_page
from tests.support.server import run_bot

pytestmark = pytest.mark.alone
URGENT = "my friend took heroin and is not breathing"
AT_ONCE = 30


@pytest.mark.parametrize(("verb", "most"), [("--help", 0.5), ("check", 5.0)])
def test_answers_at_once(verb, most):
    def seconds() -> float:
        """Processor time: what else the machine does must not count."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run_bot(verb).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert any(seconds() < most for _ in range(3))


def test_eight_bits_make_encoding_a_quarter_faster_at_least():
    """A ratio, since processors differ: five milliseconds of one are three of another."""
    text = "where can i get new needles near the station at night"

    def seconds(encoder: Encoder) -> float:
        started = time.thread_time()
        encoder.encode(text)
        return time.thread_time() - started

    encoders = [Encoder(encoder_folder(), file) for file in (ENCODER_FILE, FULL_PRECISION_FILE)]
    took = [[seconds(encoder) for encoder in encoders] for _ in range(50)]
    eight_bits, full = (sorted(times)[25] for times in zip(*took, strict=True))
    assert eight_bits <= 0.75 * full


def test_under_load_nobody_in_danger_waits_much_longer_than_the_others(server):
    def seconds(_: int) -> list[float]:
        with httpx.Client() as page:
            return [_seconds_to_reply(page, server) for _ in range(3)]

    with ThreadPoolExecutor(AT_ONCE) as people:
        took = sorted(one for person in people.map(seconds, range(AT_ONCE)) for one in person)
    assert took[-1] <= 4 * took[len(took) // 2]


def _seconds_to_reply(page: httpx.Client, server) -> float:
    started = time.monotonic()
    (reply,) = page.post(f"{server.url}/chat/message", json={"text": URGENT}, timeout=30).json()["replies"]
    assert reply["kind"] == "urgent"
    return time.monotonic() - started


def test_it_is_ready_200_ms_after_the_script_arrives_on_a_slow_processor(browser, server, sites):
    sites.pages["/empty"] = host_page(""), {}
    empty, script = f"{sites.host}/empty", f"{server.url}/widget.js"
    assert any(milliseconds_to_ready(browser, empty, script) < 200 for _ in range(3))


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
