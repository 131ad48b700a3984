"""Strings that nobody else writes, ways to send them through a running assistant, and the search for them."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import random
import secrets
import tarfile
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import redis
from playwright.sync_api import sync_playwright

from tests.support import eventually
from tests.support.chromium import ARGUMENTS, WHOLE
from tests.support.server import Server
from tests.support.telegram_api import Fault, Person, TelegramApi

CHUNK = 1 << 22
OVERLAP = 512
SECONDS_ON_A_BUSY_MACHINE = 120
"""How long a page may take to show what it shall."""


MARK = "q" + "".join(random.choices("bcdfghjklmnpqrstvwxz", k=9))
"""Every string of letters begins with this, so that one look finds any of them; it is another one in every run."""


@dataclass
class Canaries:
    """What one person says and is: a unique string for each. Letters only, so that nothing splits them."""

    channel: str
    strings: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, what: str) -> str:
        if what.startswith("_"):
            raise AttributeError(what)
        return self.strings.setdefault(what, MARK + "".join(random.choices("bcdfghjklmnpqrstvwxz", k=10)))

    @property
    def phone(self) -> str:
        return self.strings.setdefault("phone", f"+4479{random.randrange(10**8):08d}")

    @property
    def ip(self) -> str:
        """An address of this machine that nothing else uses: all of 127.0.0.0/8 is."""
        address = ".".join(["127", *(str(random.randrange(20, 250)) for _ in range(3))])
        return self.strings.setdefault("ip", address)

    def note(self, what: str, string: str) -> str:
        """Look for this string too: an id that the assistant made."""
        self.strings[what] = string
        return string


def forms(text: str, hashed: bool) -> Iterator[bytes]:
    """Yield the forms in which a string could be kept."""
    plain = text.encode()
    yield from {plain, plain.upper()}
    yield text.encode("utf-16-le")
    yield text.encode("utf-32-le")
    yield plain.hex().encode()
    yield urllib.parse.quote(text, safe="").encode()
    for offset in range(3):
        yield base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
    if hashed:
        for algorithm in ("md5", "sha1", "sha256"):
            yield hashlib.new(algorithm, plain).hexdigest().encode()


@dataclass
class Search:
    """Looks for canaries, and remembers where it looked."""

    people: list[Canaries]
    searched: dict[str, tuple[int, int]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = {string: f"{who.channel}: {what}" for who in self.people for what, string in who.strings.items()}
        ids = [string for string in self._names if not string.startswith(MARK)]
        self._forms = {*forms(MARK, hashed=False)}.union(*(forms(string, hashed=True) for string in ids))
        in_memory = [MARK.encode(), MARK.encode("utf-16-le"), MARK.encode("utf-32-le")]
        self._forms_in_memory = {*in_memory, *(string.encode() for string in ids)}

    def look(self, kind: str, place: str, content: bytes, memory: bool = False) -> None:
        """Look in some bytes; in memory, which is large, for the forms that Python keeps strings in."""
        places, size = self.searched.get(kind, (0, 0))
        self.searched[kind] = places + 1, size + len(content)
        for form in self._forms_in_memory if memory else self._forms:
            at = content.find(form)
            while at >= 0:
                self.found.append(f"{self._name(content[at : at + 160])} in {place} at byte {at}")
                at = content.find(form, at + 1)

    def _name(self, content: bytes) -> str:
        plain = content.replace(b"\0", b"").decode("latin-1").lower()
        return next((name for string, name in self._names.items() if plain.startswith(string)), "a string, encoded,")

    def look_in_file(self, kind: str, path: Path) -> None:
        """Look in a file, its name and, if it is packed, what is in it."""
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            self.look(kind, str(path), str(path).encode() + b"\0" + content)
            if tarfile.is_tarfile(path):
                with tarfile.open(path) as archive:
                    for member in archive.getmembers():
                        if member.isfile():
                            self.look(kind, f"{path}:{member.name}", archive.extractfile(member).read())
            elif content[:2] == b"\x1f\x8b":
                self.look(kind, f"{path} (unpacked)", gzip.decompress(content))

    def look_in_files(self, kind: str, folders: list[Path], since: float) -> None:
        """Look in every file below the folders that was written since a time, and in all names."""
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                with contextlib.suppress(OSError):
                    if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                        self.look_in_file(kind, path)

    def look_in_memory(self, kind: str, process: int) -> None:
        """Look in all of a process's memory that can be written to."""
        spans = Path(f"/proc/{process}/maps").read_text().splitlines()
        with Path(f"/proc/{process}/mem").open("rb", 0) as memory:
            for span, mode, *_ in map(str.split, spans):
                if mode.startswith("rw"):
                    start, end = (int(part, 16) for part in span.split("-"))
                    for at in range(start, end, CHUNK):
                        with contextlib.suppress(OSError, ValueError):
                            memory.seek(at)
                            content = memory.read(min(CHUNK + OVERLAP, end - at))
                            if content.count(0) < len(content):
                                self.look(kind, f"memory at {at:x}", content, memory=True)

    def look_in_redis(self, url: str) -> None:
        """Look at all that Redis would tell: names, values, its slow log, its clients, its dump."""
        server = redis.Redis.from_url(url)
        for key in server.scan_iter():
            self.look("Redis: keys and values", key.decode(), key + b"\0" + (server.get(key) or b""))
        for command in ("SLOWLOG GET", "CLIENT LIST", "INFO everything", "CONFIG GET *"):
            self.look(
                "Redis: slow log, clients, state", command, repr(server.execute_command(*command.split())).encode()
            )
        server.save()
        path = Path(server.config_get("dir")["dir"], server.config_get("dbfilename")["dbfilename"])
        self.look_in_file("Redis: dump on disk", path)
        path.unlink()
        self.look_in_memory("Redis: memory", server.info()["process_id"])

    def report(self) -> str:
        """Return a table of what was searched."""
        rows = [f"{kind:<44}{places:>7}{size / 1e6:>10.1f} MB" for kind, (places, size) in self.searched.items()]
        strings = len(self._names)
        total = sum(places for places, _ in self.searched.values())
        head = f"\nSearched {total} places for {strings} strings, in {len(self._forms)} forms; found {len(self.found)}."
        return "\n".join([head, f"{'kind':<44}{'places':>7}{'size':>13}", *rows])


@dataclass
class Doors:
    """Ways into a running assistant: its server, Telegram's, and the folder where a browser keeps what it keeps."""

    server: Server
    telegram: TelegramApi
    browser: Path


def speak_over_web(doors: Doors, canaries: Canaries) -> None:
    """Say and send everything over the web channel."""
    web = _Web(doors.server, canaries)
    key = web.ask(f"My name is {canaries.name}, call {canaries.phone}. What is drug checking? {canaries.text}")
    canaries.note("conversation key", key)
    web.ask(f"is it legal {canaries.second_text}", conversation=key)
    web.ask(f'/pick{{"answer": "{canaries.typed_command}"}}', conversation=key)
    web.ask(f"/{canaries.slash}", conversation=key)
    web.post({"button": canaries.button, "conversation": key})
    web.post({"text": f"{canaries.too_long} " * 500})
    web.post({"text": canaries.much_too_long * 5000})
    web.post({"text": "hello", "conversation": canaries.guessed_key})
    web.post({"text": {canaries.nested: 1}, canaries.unknown_field: 1})
    web.send("POST", "/chat/message", f'{{"text": "{canaries.broken_json}'.encode())
    web.send("POST", "/chat/message", b"\xff\xfe" + canaries.broken_bytes.encode())
    web.send("GET", f"/{canaries.path}?{canaries.query}={canaries.query_value}")
    web.send("PUT", f"/chat/message?{canaries.wrong_method}")
    web.send("POST", "/chat/forget", json.dumps({"conversation": canaries.not_a_key}).encode())
    web.send("BREW", f"/{canaries.wrong_verb}")
    for fault in ("break", "hang", "babble"):
        web.ask(f"what is drug checking? please {fault} {getattr(canaries, fault)}")
    web.leave(json.dumps({"text": f"what is drug checking? {canaries.gone_before_the_reply}"}).encode())


class _Web:
    def __init__(self, server: Server, canaries: Canaries) -> None:
        self._url = urllib.parse.urlsplit(server.url)
        self._canaries = canaries

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        connection = self._connected()
        connection.request(method, path, body, self._headers())
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def post(self, body: dict[str, object]) -> dict:
        return json.loads(self.send("POST", "/chat/message", json.dumps(body).encode()))

    def ask(self, text: str, conversation: str | None = None) -> str:
        return self.post({"text": text, "conversation": conversation}).get("conversation", "")

    def leave(self, body: bytes) -> None:
        """Ask, and close the connection before the reply."""
        connection = self._connected()
        connection.request("POST", "/chat/message", body, self._headers())
        connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            self._url.hostname, self._url.port, timeout=40, source_address=(self._canaries.ip, 0)
        )

    def _headers(self) -> dict[str, str]:
        names = ("User-Agent", "Referer", "Cookie", "Accept-Language", "X-Forwarded-For", "X-Real-IP", "X-Anything")
        return {name: getattr(self._canaries, f"header {name}") for name in names}


def speak_over_telegram(doors: Doors, canaries: Canaries) -> None:
    """Say and send everything in Telegram, whose server also fails and answers with what it was told."""
    person = _InTelegram(doors.telegram, canaries)
    contact = {"phone_number": canaries.phone, "first_name": canaries.contact, "user_id": person.id}
    document = {"file_id": canaries.file_id, "file_unique_id": canaries.file, "file_name": canaries.file_name}
    person.gets_for(f"My name is {canaries.name}, call {canaries.phone}. What is drug checking? {canaries.text}")
    person.gets_for(f"is it legal {canaries.second_text}")
    person.gets_for(f'/pick{{"answer": "{canaries.typed_command}"}}')
    person.gets_for(f"/{canaries.slash}")
    person.gets_for(f"/start {canaries.link}")
    person.gets_for(f"{canaries.too_long} " * 190)
    for content in ({"contact": contact}, {"document": document, "caption": canaries.caption},
                    {"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": canaries.place, "address": canaries.address}},
                    {"text": "hello", "forward_origin": {"type": "hidden_user", "sender_user_name": canaries.forwarded, "date": 1}},
                    {"text": canaries.odd, "reply_to_message": {canaries.field: 1}}):  # fmt: skip
        before = len(person.received)
        person.sends(**content)
        person.waits_for(before + 1)
    person.api.update(edited_message=person.message(text=f"what is drug checking {canaries.edited}", edit_date=1))
    person.api.update(**{canaries.unknown_update: {}})
    person.presses(person.received[-1], data=canaries.button)
    for fault in ("break", "hang", "babble"):
        person.gets_for(f"what is drug checking? please {fault} {getattr(canaries, fault)}")
    person.api.faults.append(Fault("sendMessage", status=500, chat_id=person.id, description=canaries.description))
    person.api.faults.append(Fault("sendMessage", garbage=True, chat_id=person.id))
    person.gets_for(f"what is naloxone {canaries.through_faults}")
    person.api.blocked.add(person.id)
    person.says(f"what is naloxone {canaries.blocked}")
    eventually(lambda: len(person.api.called("sendMessage", chat_id=person.id)) > len(person.received))
    person.api.blocked.clear()


class _InTelegram(Person):
    """Somebody whose names, and whose chat's id, are canaries."""

    def __init__(self, api: TelegramApi, canaries: Canaries) -> None:
        super().__init__(api, random.randrange(10**11, 10**12))
        self._canaries = canaries
        canaries.note("chat id", str(self.id))

    @property
    def user(self) -> dict:
        names = {name: getattr(self._canaries, name) for name in ("first_name", "last_name", "username")}
        return {"id": self.id, "is_bot": False, "language_code": self._canaries.language, **names}

    def message(self, **content) -> dict:
        made = super().message(**content)
        return {**made, "chat": {**made["chat"], "first_name": self._canaries.first_name, "bio": self._canaries.bio}}


def speak_over_widget(doors: Doors, canaries: Canaries) -> None:
    """Type everything into the chat page, in a browser that keeps a profile on disk as people's browsers do."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            doors.browser / secrets.token_hex(4),
            executable_path=WHOLE, args=ARGUMENTS, user_agent=canaries.user_agent, locale="en",
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(SECONDS_ON_A_BUSY_MACHINE * 1000)
        page.clock.install(time=0)
        page.clock.pause_at(3600)  # The chat expires in a few seconds here: when it shall, not while this types.
        page.goto(doors.server.url)
        field, replies = page.get_by_label("Your question"), page.locator("ask-chat .bubble")
        failed = page.locator("ask-chat :is(p[role=alert]:not(:empty), .note)")
        ask_next = page.get_by_role("group", name="Ask next").get_by_role("button")

        def send(text: str) -> None:
            field.fill(text)
            field.press("Enter")

        for text in (f"My name is {canaries.name}. What is drug checking? {canaries.text}", f"is it legal {canaries.second_text}",
                     f"what is drug checking? please babble {canaries.babble}", ""):  # fmt: skip
            before = replies.count()
            send(text) if text else ask_next.first.click()
            replies.nth(before + 1).wait_for()
        too_long = f"{canaries.too_long} " + "please tell me all about drug checking " * 40
        for text in (too_long, f"what is drug checking? please break {canaries.broken}"):
            send(text)
            failed.first.wait_for()
        field.fill(f"typed and never sent {canaries.never_sent}")
        assert MARK in page.get_by_role("log").inner_text()
        page.clock.fast_forward("01:00:00")
        assert MARK not in page.get_by_role("log").inner_text() + field.input_value(), (
            "It expired, and still shows what was said."
        )
        field.fill(f"typed and never sent {canaries.never_sent}")
        page.goto("about:blank")
        page.goto(doors.server.url)
        field.fill(f"typed and erased {canaries.erased}")
        page.get_by_role("button", name="Erase").click()
        context.close()


CHANNELS: dict[str, Callable[[Doors, Canaries], None]] = {
    "web": speak_over_web,
    "Telegram": speak_over_telegram,
    "widget": speak_over_widget,
}
"""How to send everything over each channel. A new channel adds one line here."""


def new_secret() -> str:
    return secrets.token_hex(32)
