"""What tests share: servers, browsers, Telegram's side, and what to look for."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
