"""What is counted and passed on is kept without telling who, or when to the hour; and not for longer than promised."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest

from bot.privacy.tally import Counted, PassedOn, Tally, TallyUnusable, shown

WEDNESDAY = datetime.date(2026, 11, 25)
MONDAY = datetime.date(2026, 11, 23)


class Calendar:
    def __init__(self) -> None:
        self.today = WEDNESDAY

    def __call__(self) -> datetime.date:
        return self.today


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "counts.sqlite"


@pytest.fixture
def tally(file, calendar) -> Tally:
    return Tally(f"sqlite:///{file}", calendar)


def test_replies_are_counted_by_day(tally, calendar):
    for _ in range(2):
        tally.count("faq/crime", "chat", "answer")
    tally.write()
    tally.count("faq/crime", "chat", "answer")
    calendar.today += datetime.timedelta(days=1)
    tally.count("faq/crime", "chat", "answer")
    tally.write()
    assert tally.counted(MONDAY) == [
        Counted("2026-11-25", "faq/crime", "chat", "answer", "", 3),
        Counted("2026-11-26", "faq/crime", "chat", "answer", "", 1),
    ]


def test_nothing_is_written_at_the_time_of_a_message(tally, file):
    before = file.read_bytes()
    tally.count("faq/crime", "chat", "answer")
    tally.pass_on("what about kratom")
    assert file.read_bytes() == before


def test_rows_do_not_tell_which_came_first(tally):
    for answer in ("law/zzz", "faq/crime", "health/hcv"):
        tally.count(answer, "chat", "answer")
    tally.write()
    assert [one.answer for one in tally.counted(MONDAY)] == ["faq/crime", "health/hcv", "law/zzz"]


def test_a_question_is_dated_by_its_week(tally):
    tally.pass_on("what about kratom")
    tally.write()
    assert tally.passed_on() == [PassedOn("2026-11-23", "what about kratom")]


@pytest.mark.parametrize(("days", "kept"), [(90, 1), (91, 0)])
def test_a_question_is_gone_after_90_days(tally, calendar, days, kept):
    tally.pass_on("what about kratom")
    tally.write()
    calendar.today = MONDAY + datetime.timedelta(days=days)
    assert len(tally.passed_on()) == kept


def test_a_question_that_is_gone_has_left_no_trace_in_the_file(tally, calendar, file):
    tally.pass_on("what about kratom")
    tally.write()
    assert b"kratom" in file.read_bytes()
    calendar.today += datetime.timedelta(days=100)
    tally.write()
    assert b"kratom" not in file.read_bytes()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_only_the_operator_may_read_the_file(tally, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_could_not_be_written_is_written_later(tally, file, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def broken() -> None:
        raise OperationalError("", {}, Exception())

    tally.count("faq/crime", "chat", "answer")
    begin = tally._engine.begin
    monkeypatch.setattr(tally._engine, "begin", broken)
    tally.write()
    monkeypatch.setattr(tally._engine, "begin", begin)
    tally.write()
    assert [one.times for one in tally.counted(MONDAY)] == [1]


@pytest.mark.parametrize("url", ["nonsense://x/y", "sqlite:////nowhere/at/all.db", "postgresql://u:p@127.0.0.1:1/x"])
def test_a_database_that_is_not_there_is_a_sentence_without_its_password(url):
    with pytest.raises(TallyUnusable, match=r"^The database that COUNTS names can't be used \(\w+\)\. Check"):
        Tally(url)


@pytest.mark.parametrize(("times", "said"), [(1, "< 5"), (4, "< 5"), (5, "5"), (120, "120")])
def test_a_small_count_is_not_shown(times, said):
    assert shown(times) == said
