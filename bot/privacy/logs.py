"""Logs without words: where something happened and of what kind, never what anyone wrote or who they are.

There is no telling which text of which library holds a message, so none is let through: of a record made by a library
only the place is kept. Only this project's own records (`bot`, `actions`) keep their text; a test holds them to
constants. It is done where every record must pass, not in a filter that a library's own handler could go around.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

_OUR_OWN = ("bot", "actions")
_WITHHELD = "text withheld"
_MOST_FRAMES = 12
_FIELDS = ("time", "level", "logger", "place", "message")


def withhold_words(level: str = "WARNING", style: str = "text") -> None:
    """Make all logs, warnings and tracebacks of this process wordless, whatever level is chosen now or later.

    Args:
        level: the least level that is printed, to standard error.
        style: `text` or `json`, a line for each record.
    """
    logging.Logger.handle = _handle  # type: ignore[method-assign]
    # A handler that fails prints the record and the stack with it.
    logging.raiseExceptions = False
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # At DEBUG, a record every second.
    logging.lastResort = None
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if style == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    warnings.showwarning = _show_warning
    sys.excepthook = _show_exception
    threading.excepthook = lambda failed: _show_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _show_exception(failed.exc_type, failed.exc_value, failed.exc_traceback)


def withhold_words_of_libraries() -> None:
    """Take back from libraries what they do about logs: they would go around `withhold_words`.

    structlog prints all that it is given to standard output, until someone configures it. numpy makes the root logger
    one of its own that does the same, and sets its level (numpy/distutils/log.py, imported by others). Apart from
    `withhold_words`, because verbs that start at once do without these libraries.
    """
    level = logging.root.level
    import structlog

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It is deprecated.
        import numpy.distutils.log  # noqa: F401  So that nobody imports it later.

    logging.root.__class__ = logging.RootLogger
    logging.root.setLevel(level)
    structlog.configure(
        processors=[_without_event],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _without_event(logger: Any, method: str, event: dict[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    return (_WITHHELD,), {"exc_info": event.get("exc_info")}


def _handle(self: logging.Logger, record: logging.LogRecord) -> None:
    """Stand where every record passes (logging/__init__.py Logger.handle), and let a wordless one go on."""
    if not self.disabled and self.filter(record):
        self.callHandlers(_wordless(record))


def _wordless(record: logging.LogRecord) -> logging.LogRecord:
    text = record.getMessage() if record.name.partition(".")[0] in _OUR_OWN else _WITHHELD
    if record.exc_info and record.exc_info[1]:
        text += " " + _what_and_where(record.exc_info[1])
    place = f"{_short(record.pathname)}:{record.lineno}"
    wordless = logging.LogRecord(record.name, record.levelno, place, record.lineno, text, None, None)
    wordless.created = record.created
    return wordless


def _what_and_where(error: BaseException) -> str:
    """Return the kinds of an exception and of its causes, each with its places, innermost first."""
    kinds, seen = [], set()
    cause: BaseException | None = error
    while cause and id(cause) not in seen:
        seen.add(id(cause))
        places = list(_places(cause.__traceback__))[::-1][:_MOST_FRAMES]
        kinds.append(f"{type(cause).__name__} at {' < '.join(places) or 'an unknown place'}")
        cause = cause.__cause__ or cause.__context__
    return ", because of ".join(kinds)


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        yield f"{_short(frame.f_code.co_filename)}:{line}"


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-3:])


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
) -> None:
    logging.getLogger(__name__).debug("%s at %s:%d", category.__name__, _short(filename), lineno)


def _show_exception(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    what = _what_and_where(error) if error else kind.__name__
    sys.stderr.write(f"Stopped by an error in the program: {what}\n")


class _Text(logging.Formatter):
    """One line of text for each record."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(_fields(record))


class _Json(logging.Formatter):
    """One JSON object a line for each record."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(dict(zip(_FIELDS, _fields(record), strict=True)))


def _fields(record: logging.LogRecord) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
    return when, record.levelname, record.name, record.pathname, record.getMessage()
