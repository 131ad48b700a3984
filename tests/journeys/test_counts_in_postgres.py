"""With a PostgreSQL by its address, counts and questions are kept as in the file, also by several processes at a time."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from bot.privacy.tally import Tally
from tests.support.postgres import PROGRAM, running_postgres
from tests.support.server import run_bot

pytestmark = pytest.mark.skipif(not PROGRAM, reason="PostgreSQL isn't installed here")
TODAY = datetime.date(2026, 11, 25)
MONDAY = "2026-11-23"


@pytest.fixture(scope="module")
def running():
    with running_postgres() as url:
        yield url


@pytest.fixture
def url(running) -> str:
    """The address of the database, empty."""
    empty(running)
    return running


def empty(url: str) -> None:
    with create_engine(url).begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS counts, questions"))


def tally(url: str, today: datetime.date = TODAY) -> Tally:
    return Tally(url, lambda: today)


def test_counts_add_up(url):
    for _ in range(2):
        process = tally(url)
        process.count("faq/crime", "chat", "answer")
        process.count("faq/crime", "chat", "answer", "no")
        process.write()
    assert {one.helpful: one.times for one in tally(url).counted(TODAY)} == {"": 2, "no": 2}


def test_processes_that_start_at_once_can_all_use_it(running):
    for _ in range(10):  # Most of the time, two of them meet.
        empty(running)
        with ThreadPoolExecutor(8) as processes:
            assert len(list(processes.map(tally, [running] * 8))) == 8


def test_what_processes_write_at_once_adds_up_in_the_end(url):
    processes = [tally(url) for _ in range(6)]
    for process in processes:
        process.count("faq/crime", "chat", "answer")
    with ThreadPoolExecutor(6) as writing:
        list(writing.map(Tally.write, processes))
    for process in processes:  # An hour later
        process.write()
    assert [one.times for one in tally(url).counted(TODAY)] == [6]


def test_a_question_is_kept_by_its_week_and_deleted_after_90_days(url):
    process = tally(url)
    process.pass_on("what about kratom")
    process.write()
    assert [(one.week, one.text) for one in tally(url).passed_on()] == [(MONDAY, "what about kratom")]
    tally(url, TODAY + datetime.timedelta(days=90)).write()
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM questions")).scalar() == 0


def test_the_report_reads_it(url):
    process = tally(url, datetime.datetime.now(datetime.timezone.utc).date())
    for _ in range(7):
        process.count("faq/crime", "chat", "answer")
    process.write()
    assert "     7  Harm reduction and crime (faq/crime)" in run_bot("report", COUNTS=url).stdout
