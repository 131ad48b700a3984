"""Telegram's servers, as far as a bot sees them: a real HTTP server that speaks the Bot API, on loopback.

It refuses what Telegram refuses (HTML that it can't read, long texts, big buttons, wrong tokens), holds updates until
they are confirmed, sends them to a webhook, and goes wrong in every way a network can when a test asks for it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser

from aiohttp import ClientError, ClientSession, TCPConnector, web

from bot.channels.telegram.unfinished import file_of
from tests.support import eventually

TOKEN = "424242:TEST-only_token_that_must_never_print_x1"
BOT = {"id": 424242, "is_bot": True, "first_name": "Harm reduction", "username": "harm_reduction_test_bot"}
ALLOWED_TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
MOST_CHARACTERS = 4096
SECONDS_OF_THE_SAME = 0.5
"""Whoever asks for the same updates again sooner gets one only, as from Telegram's server (process_get_updates_query)."""
MOST_DELETED = 100
MOST_IDS_AHEAD = 10
"""An offset further ahead of the last update than this confirms nothing, as in tdlib's TQueue."""


class Refused(Exception):
    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


class _Reader(HTMLParser):
    """Reads HTML as strictly as Telegram does, and keeps the visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED_TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data):
        self.text += data


def visible(html: str) -> str:
    """Return what a person sees of a message, or refuse it as Telegram would."""
    if re.search(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", html) or re.search(r"<(?![/a-z])", html):
        raise Refused(400, "Bad Request: can't parse entities")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise Refused(400, f"Bad Request: can't parse entities: Can't find end tag for {reader.open[-1]}")
    return reader.text


def _in_language(name: str, params: dict) -> str:
    """Return under which name something is kept that a bot may set for each language."""
    return f"{name} {params['language_code']}" if params.get("language_code") else name


@dataclass
class Call:
    method: str
    params: dict
    at: float


@dataclass
class Sent:
    """A message in a chat, as it looks now."""

    message_id: int
    chat_id: int
    html: str
    params: dict
    edits: int = 0

    @property
    def text(self) -> str:
        return visible(self.html) if self.params.get("parse_mode") == "HTML" else self.html

    @property
    def keyboard(self) -> list[dict]:
        rows = json.loads(self.params.get("reply_markup") or "{}").get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def buttons(self) -> list[dict]:
        """What is pressed to go on; not what copies a number."""
        return [button for button in self.keyboard if "copy_text" not in button]


@dataclass
class Fault:
    """What goes wrong with the next requests: `status` and `retry_after`, `cut` connections, `garbage`, or being slow."""

    method: str
    times: int = 1
    status: int = 0
    retry_after: int = 0
    cut: bool = False
    garbage: bool = False
    odd: bool = False
    """The request is done, but the response has a field of a form that python-telegram-bot can't read."""
    seconds: float = 0.0
    chat_id: int | None = None
    description: str = "Internal Server Error"


@dataclass(repr=False)
class TelegramApi:
    """Telegram, for one bot."""

    calls: list[Call] = field(default_factory=list)
    sent: dict[int, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    pending: deque = field(default_factory=deque)
    webhook: dict = field(default_factory=dict)
    delivered: list[tuple[int, int]] = field(default_factory=list)
    """Update id and the webhook's status code."""
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = itertools.count(1000)
        self._last_update_id = 0
        self._last_poll = (0, 0.0)
        self._queues: dict[int, deque] = defaultdict(deque)
        self._deliveries: set[asyncio.Future] = set()
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Condition()
        self._ready = threading.Event()
        self.url = ""

    # The server

    def start(self) -> TelegramApi:
        threading.Thread(target=self._run, daemon=True).start()
        assert self._ready.wait(10)
        forget_updates(self.url)
        return self

    def stop(self) -> None:
        forget_updates(self.url)
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        self._news = asyncio.Condition()
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = ClientSession(connector=TCPConnector(limit=100))
        self._ready.set()

    async def _close(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = dict(await request.post())
        if request.match_info["token"] != TOKEN:
            return _json(401, description="Unauthorized")
        self.calls.append(Call(method, params, time.monotonic()))
        fault = self._fault(method, params)
        if fault:
            await asyncio.sleep(fault.seconds)
            if fault.cut:
                request.transport.abort()
                return web.Response()
            if fault.garbage:
                return web.Response(text='{"ok": true, "result": [{"upd', content_type="application/json")
            if fault.status == 429:
                return _json(429, description="Too Many Requests", parameters={"retry_after": fault.retry_after})
            if fault.status:
                return _json(fault.status, description=fault.description)
        try:
            known = getattr(self, re.sub("([A-Z])", r"_\1", f"on_{method}").lower(), None)
            if known is None:
                raise Refused(404, "Not Found")
            result = known(params)
            result = await result if asyncio.iscoroutine(result) else result
            return _json(200, result={**result, "link_preview_options": "odd"} if fault and fault.odd else result)
        except Refused as refused:
            return _json(refused.code, description=str(refused))

    def _fault(self, method: str, params: dict) -> Fault | None:
        for fault in self.faults:
            if fault.method in (method, "*") and fault.chat_id in (None, int(params.get("chat_id", 0))):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    # The Bot API

    def on_get_me(self, params):
        return BOT

    async def on_get_updates(self, params):
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, now = int(params.get("offset", 0)), time.monotonic()
        deadline, limit = now + float(params.get("timeout", 0)), int(params.get("limit", 100))
        if (before := self._last_poll)[0] == offset and now < before[1] + SECONDS_OF_THE_SAME:
            limit = 1
        self._last_poll = offset, now
        if offset <= self._last_update_id + 1 + MOST_IDS_AHEAD:
            while self.pending and self.pending[0]["update_id"] < offset:
                self.pending.popleft()
        async with self._news:
            while not self.pending and (left := deadline - time.monotonic()) > 0:
                try:
                    await asyncio.wait_for(self._news.wait(), left)
                except asyncio.TimeoutError:
                    break
        return list(itertools.islice(self.pending, limit))

    def on_set_webhook(self, params):
        self.webhook = params
        self._deliver()
        return True

    def on_delete_webhook(self, params):
        self.webhook = {}
        return True

    def on_get_my_commands(self, params):
        return json.loads(self.settings.get(_in_language("commands", params), "[]"))

    def on_set_my_commands(self, params):
        self.settings[_in_language("commands", params)] = params["commands"]
        return True

    def on_get_my_description(self, params):
        return {"description": self.settings.get(_in_language("description", params), "")}

    def on_set_my_description(self, params):
        self.settings[_in_language("description", params)] = params["description"]
        return True

    def on_get_my_short_description(self, params):
        return {"short_description": self.settings.get(_in_language("short_description", params), "")}

    def on_set_my_short_description(self, params):
        self.settings[_in_language("short_description", params)] = params["short_description"]
        return True

    def on_send_chat_action(self, params):
        self._chat(params)
        return True

    def on_answer_callback_query(self, params):
        if params["callback_query_id"].startswith("old"):
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    def on_send_message(self, params):
        chat_id = self._chat(params)
        _refuse_what_telegram_refuses(params)
        message = Sent(next(self._ids), chat_id, params["text"], params)
        self.sent[chat_id].append(message)
        return _message(message)

    def on_edit_message_text(self, params):
        chat_id = self._chat(params)
        _refuse_what_telegram_refuses(params)
        message = next((m for m in self.sent[chat_id] if m.message_id == int(params["message_id"])), None)
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if (message.html, message.params.get("reply_markup")) == (params["text"], params.get("reply_markup")):
            raise Refused(400, "Bad Request: message is not modified")
        message.html, message.params, message.edits = params["text"], params, message.edits + 1
        return _message(message)

    def on_delete_messages(self, params):
        chat_id, ids = self._chat(params), json.loads(params["message_ids"])
        if not 1 <= len(ids) <= MOST_DELETED:
            raise Refused(400, "Bad Request: too many messages to delete")
        self.deleted[chat_id] += ids
        self.sent[chat_id] = [message for message in self.sent[chat_id] if message.message_id not in ids]
        return True

    def _chat(self, params) -> int:
        chat_id = int(params["chat_id"])
        if chat_id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat_id

    # Its users

    def update(self, **kind) -> int:
        """Let the bot have an update, and return its id."""
        update = {"update_id": kind.pop("update_id", None) or next(self._ids), **kind}
        asyncio.run_coroutine_threadsafe(self._add(update), self._loop).result(10)
        return update["update_id"]

    async def _add(self, update) -> None:
        async with self._news:
            self._last_update_id = update["update_id"]
            self.pending.append(update)
            self._news.notify_all()
        if self.webhook.get("url"):
            self._deliver()

    def _deliver(self) -> None:
        """Send what is pending to the webhook, each chat's one after the other, different chats side by side."""
        while self.pending:
            queue = self._queues[_chat_of(self.pending[0])]
            queue.append(self.pending.popleft())
            if len(queue) == 1:
                delivery = asyncio.ensure_future(self._deliver_one_by_one(queue))
                self._deliveries.add(delivery)
                delivery.add_done_callback(self._deliveries.discard)

    async def _deliver_one_by_one(self, queue: deque) -> None:
        """Send what is in a queue; what the webhook doesn't take is sent again, as Telegram does."""
        while queue:
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
            try:
                async with self._session.post(self.webhook["url"], json=queue[0], headers=headers) as response:
                    self.delivered.append((queue[0]["update_id"], response.status))
                    is_taken = response.status == 200
            except ClientError:
                is_taken = False
            if is_taken:
                queue.popleft()
            else:
                await asyncio.sleep(0.1)

    def person(self, chat_id: int | None = None) -> Person:
        return Person(self, chat_id or next(self._ids) * 1000)

    def called(self, method: str, **params) -> list[Call]:
        wanted = {name: str(value) for name, value in params.items()}
        return [call for call in list(self.calls) if call.method == method and wanted.items() <= call.params.items()]


@dataclass(repr=False)
class Person:
    """Somebody who writes to the bot in private."""

    api: TelegramApi
    id: int
    language: str = "en"

    @property
    def user(self) -> dict:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": "Kim",
            "username": f"kim{self.id}",
            "language_code": self.language,
        }

    def message(self, **content) -> dict:
        return {
            "message_id": next(self.api._ids), "date": int(time.time()), "from": self.user,
            "entities": _marked(str(content.get("text", ""))),
            "chat": {"id": self.id, "type": "private", "first_name": "Kim"}, **content,
        }  # fmt: skip

    def says(self, text: str, **content) -> int:
        return self.sends(text=text, **content)

    def sends(self, **content) -> int:
        return self.api.update(message=self.message(**content))

    def presses(self, message: Sent, title: str | None = None, data: str | None = None, query: str = "") -> int:
        data = data or next(button["callback_data"] for button in message.buttons if button["text"] == title)
        return self.api.update(callback_query={
            "id": query or str(next(self.api._ids)), "from": self.user, "chat_instance": "1", "data": data,
            "message": {**self.message(text="…"), "message_id": message.message_id, "from": BOT},
        })  # fmt: skip

    @property
    def received(self) -> list[Sent]:
        return self.api.sent[self.id]

    def waits_for(self, messages: int = 1, seconds: float = 15) -> list[Sent]:
        """Wait for as many messages, and return them all."""
        eventually(lambda: len(self.received) >= messages, seconds)
        return self.received

    def gets_for(self, text: str, **content) -> Sent:
        """Say something, and return what the bot says to it."""
        before = len(self.received)
        self.says(text, **content)
        return self.waits_for(before + 1)[before]


def forget_updates(url: str) -> None:
    """Delete what a bot killed in an earlier test had answered at this address: its numbers would be taken for answered."""
    file_of(f"{url} {TOKEN}").unlink(missing_ok=True)


def _marked(text: str) -> list[dict]:
    """Return the commands and names in a text, as Telegram marks them."""
    kinds = {"bot_command": r"(?<!\S)/\w+(@\w+)?", "mention": r"(?<![\w/])@\w+"}
    return [
        {"type": kind, "offset": found.start(), "length": len(found[0])}
        for kind, pattern in kinds.items()
        for found in re.finditer(pattern, text, re.ASCII)
    ]


def _chat_of(update: dict) -> int:
    message = update.get("message") or update.get("edited_message") or update.get("callback_query", {}).get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return chat["id"] if isinstance(chat, dict) else 0


def _json(status: int, **content) -> web.Response:
    body = {"ok": status == 200, **content} if status == 200 else {"ok": False, "error_code": status, **content}
    return web.json_response(body, status=status)


def _message(message: Sent) -> dict:
    return {
        "message_id": message.message_id, "date": int(time.time()), "from": BOT, "text": message.text,
        "chat": {"id": message.chat_id, "type": "private" if message.chat_id > 0 else "supergroup"},
    }  # fmt: skip


def _refuse_what_telegram_refuses(params) -> None:
    text = visible(params["text"]) if params.get("parse_mode") == "HTML" else params["text"]
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text) > MOST_CHARACTERS:
        raise Refused(400, "Bad Request: message is too long")
    for row in json.loads(params.get("reply_markup") or "{}").get("inline_keyboard", []):
        for button in row:
            what = button.get("callback_data") or button.get("url") or button.get("copy_text", {}).get("text", "")
            if not button["text"] or not 1 <= len(what.encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
