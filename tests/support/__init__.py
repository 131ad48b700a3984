"""What tests share: servers, browsers, Telegram's side, and what to look for."""

import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def eventually(condition, seconds: float = 15) -> None:
    """Wait until something is so, and fail if it isn't after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
