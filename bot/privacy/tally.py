"""What the operator learns from: counts by day without words or ids, and questions that people chose to pass on.

Both are gathered in memory and written once an hour, in the order of the alphabet, so that neither the time of a write
nor the place of a row tells when something was asked.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, select
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

KEPT_DAYS = 90
"""How long a question that was passed on is kept, from the Monday of its week."""
MOST_CHARACTERS = 300
"""How long a question may be to be passed on: stories tell who someone is."""
FEWEST = 5
"""Smaller counts are shown as fewer than this."""
_MOST_WAITING = 1000
_FILE = Path(__file__).resolve().parents[2] / "counts.sqlite"
_TABLES = MetaData()
_KEYS = ("day", "answer", "channel", "decision", "helpful")
# Without row ids, which would number the rows in the order in which they came.
_COUNTS = Table(
    "counts", _TABLES, *(Column(key, String(80), primary_key=True) for key in _KEYS),
    Column("times", Integer, nullable=False), sqlite_with_rowid=False,
)  # fmt: skip
_QUESTIONS = Table(
    "questions", _TABLES, Column("id", String(16), primary_key=True), Column("week", String(10), nullable=False),
    Column("text", String(MOST_CHARACTERS * 2), nullable=False), sqlite_with_rowid=False,
)  # fmt: skip

logger = logging.getLogger(__name__)


class TallyUnusable(Exception):
    """The database can't be used; the message says so."""


@dataclass(frozen=True)
class Counted:
    """How often an answer, or "" for none, was given on a day; `helpful` is yes, no or "" if nobody said."""

    day: str
    answer: str
    channel: str
    decision: str
    helpful: str
    times: int


@dataclass(frozen=True)
class PassedOn:
    """A question that someone passed on, as they saw it, and the Monday of the week in which they did."""

    week: str
    text: str


class Tally:
    """Counts and questions, in a database.

    Args:
        url: the database's address, as SQLAlchemy has it.
        today: which day it is (UTC).

    Raises:
        TallyUnusable: there is no such database.
    """

    def __init__(self, url: str, today: Callable[[], datetime.date] | None = None) -> None:
        self._today = today or (lambda: datetime.datetime.now(datetime.timezone.utc).date())
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._questions: list[dict[str, str]] = []
        try:
            self._engine = _engine(url)
            _make_tables(self._engine)
        except (SQLAlchemyError, ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
            raise TallyUnusable(
                f"The database that COUNTS names can't be used ({type(error).__name__}). Check its address, and "
                "that it runs."
            ) from error

    def count(self, answer: str, channel: str, decision: str, helpful: str = "") -> None:
        """Count a reply, or whether one helped."""
        with self._lock:
            self._counts[self._today().isoformat(), answer, channel, decision, helpful] += 1

    def pass_on(self, text: str) -> None:
        """Keep a question whose author has seen these very words and agreed."""
        today = self._today()
        week = today - datetime.timedelta(days=today.weekday())
        with self._lock:
            if len(self._questions) < _MOST_WAITING:
                self._questions.append({"id": secrets.token_hex(8), "week": week.isoformat(), "text": text})

    def write(self) -> None:
        """Write what has been gathered, and delete what has been kept for long enough. What fails is tried again."""
        with self._lock:
            counts, questions = self._counts, self._questions
            self._counts, self._questions = Counter(), []
        try:
            with self._engine.begin() as connection:
                for key, times in sorted(counts.items()):
                    _add(connection, dict(zip(_KEYS, key, strict=True)), times)
                if questions:
                    connection.execute(_QUESTIONS.insert(), sorted(questions, key=lambda one: one["id"]))
                connection.execute(_QUESTIONS.delete().where(_QUESTIONS.c.week < self._oldest()))
        except SQLAlchemyError as error:
            logger.error("Counts could not be written (%s); they are tried again in an hour.", type(error).__name__)
            with self._lock:
                self._counts.update(counts)
                self._questions += questions

    def counted(self, since: datetime.date) -> Sequence[Counted]:
        """Return all counts from a day on."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_COUNTS).where(_COUNTS.c.day >= since.isoformat()))
            return [Counted(**row._mapping) for row in rows]

    def passed_on(self) -> Sequence[PassedOn]:
        """Return the questions that are still kept, by week."""
        with self._engine.connect() as connection:
            chosen = select(_QUESTIONS.c.week, _QUESTIONS.c.text).where(_QUESTIONS.c.week >= self._oldest())
            return sorted((PassedOn(*row) for row in connection.execute(chosen)), key=lambda one: (one.week, one.text))

    def _oldest(self) -> str:
        return (self._today() - datetime.timedelta(days=KEPT_DAYS)).isoformat()


def tally_of(setting: str) -> Tally | None:
    """Return the tally that the setting COUNTS asks for: a database's address, `on` for the file beside bot/, or none.

    Raises:
        TallyUnusable: there is no such database.
    """
    return Tally(f"sqlite:///{_FILE}" if setting == "on" else setting) if setting else None


def shown(times: int) -> str:
    """Return a count as people are shown it: a small one could point at someone."""
    return str(times) if times >= FEWEST else f"< {FEWEST}"


def _add(connection: Connection, key: dict[str, str], times: int) -> None:
    same = [_COUNTS.c[name] == value for name, value in key.items()]
    if not connection.execute(_COUNTS.update().where(*same).values(times=_COUNTS.c.times + times)).rowcount:
        connection.execute(_COUNTS.insert(), {**key, "times": times})


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).touch(mode=0o600)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)  # No error shows what was to be written.
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _overwrite_what_is_deleted)
    return engine


def _make_tables(engine: Engine) -> None:
    """Make the tables that aren't there yet; other processes may be doing the same."""
    for _ in _TABLES.sorted_tables:
        with contextlib.suppress(IntegrityError, ProgrammingError):  # Another one was a moment faster.
            _TABLES.create_all(engine)
            return
    _TABLES.create_all(engine)


def _overwrite_what_is_deleted(connection: Any, _: Any) -> None:
    """Let SQLite leave nothing behind of a deleted row, neither in its file nor in a journal on disk."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA journal_mode = MEMORY")
