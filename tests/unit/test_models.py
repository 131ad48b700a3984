"""A model from elsewhere is served only if it is the one that was meant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.rasa import models
from bot.rasa.models import NoModel, model_from, sha256_of


@pytest.fixture
def there(tmp_path):
    """A folder with a model, which is served at an address."""
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "model.tar.gz").write_bytes(b"model")
    return folder / "model.tar.gz"


@pytest.fixture
def address(there, tmp_path, monkeypatch) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setattr(models, "MODELS", tmp_path / "models")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=there.parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/model.tar.gz"
    server.shutdown()
    server.server_close()


def sentence(source: str, sha256: str = "") -> str:
    with pytest.raises(NoModel) as wrong:
        model_from(source, sha256)
    return str(wrong.value)


def test_a_file_is_taken(there):
    assert model_from(str(there), sha256_of(there)) == there


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    assert sentence(f"{tmp_path}/no.tar.gz").endswith(
        f"Make it with: python -m bot train --export {tmp_path}/no.tar.gz"
    )


def test_a_file_with_another_hash_is_refused(there):
    assert sentence(str(there), "0" * 64).startswith(f"{there} isn't the model that was meant: its SHA-256 is ")


def test_a_model_is_fetched_once(address, there):
    fetched = model_from(address, sha256_of(there))
    there.write_bytes(b"another")
    assert model_from(address, sha256_of(fetched)).read_bytes() == b"model"


def test_an_address_needs_a_hash(address):
    assert "needs --sha256" in sentence(address)


def test_what_is_fetched_with_another_hash_is_not_kept(address):
    assert "isn't the model that was meant" in sentence(address, "0" * 64)
    assert [*models.MODELS.iterdir()] == []


def test_an_address_without_a_model_is_a_sentence(address):
    assert sentence(f"{address}.gone", "0" * 64).endswith("can't be fetched (HTTPStatusError). Is the address right?")
