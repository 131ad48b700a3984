"""`bot check --links` opens what answers lead to, and says what is gone."""

from __future__ import annotations

import datetime
import shutil
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.checking.links import Offline, unopened
from bot.content import DATA

STATUS = {"/gone": 404, "/removed": 410, "/refused": 403, "/broken": 500, "/moved": 301, "/home": 302}
LEADS_TO = {"/moved": "/here", "/home": "/"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(STATUS.get(self.path, 200))
        if self.path in LEADS_TO:
            self.send_header("location", LEADS_TO[self.path])
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An https site on this machine, and the certificate by which it is known."""
    file = tmp_path_factory.mktemp("site") / "localhost.pem"
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://localhost:{server.server_port}", file
    server.shutdown()


@pytest.fixture
def found(site, tmp_path, monkeypatch):
    """Return a function: what is found if an answer has one source, at a path of the site."""
    url, certificate = site
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def found(path: str, in_text: str = "", url: str = url) -> list[str]:
        (tmp_path / "faq").mkdir(exist_ok=True)
        shutil.copy(DATA / "faq/phrases.yml", tmp_path / "faq")
        (tmp_path / "faq/x.yml").write_text(
            f"answer: |\n  Words{in_text}.\nsources:\n  - title: A\n    url: {url}{path}\n"
        )
        return [str(problem).replace(url, "") for problem in unopened(tmp_path)]

    return found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/gone", "x.yml:5:5: error: /gone is gone (status 404)"),
        ("/removed", "error: /removed is gone (status 410)"),
        ("/refused", "warning: /refused can't be looked at by a program (status 403)"),
        ("/broken", "warning: /broken can't be looked at by a program (status 500)"),
        ("/home", "warning: /home leads to the front page of localhost now"),
    ],
)
def test_it_says_that(found, path, message):
    (problem,) = found(path)
    assert message in problem


@pytest.mark.parametrize("path", ["/here", "/moved", "/", "/here?q=1#part"])
def test_it_says_nothing_of(found, path):
    assert found(path) == []


def test_links_in_a_text_are_opened_too(found, site):
    (problem,) = found("/here", f" [here]({site[0]}/gone)")
    assert "x.yml:1:1: error: /gone is gone" in problem


@pytest.mark.parametrize("address", ["https://127.0.0.1:1/page", "https://localhost:99999999/page"])
def test_if_nothing_can_be_opened_it_is_one_sentence(found, address):
    with pytest.raises(Offline, match="connected to the internet"):
        found("/page", url=address.removesuffix("/page"))
