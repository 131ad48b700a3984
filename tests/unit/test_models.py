"""A model from elsewhere is served only if it is the one that was meant."""

from __future__ import annotations

import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.rasa import models
from bot.rasa.models import NoModel, export, languages_in, model_from, sha256_of


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
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
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


@pytest.fixture
def exported(tmp_path):
    """A model that was trained here, and the file that it was exported to."""
    part, learned, model = tmp_path / "metadata.json", tmp_path / "languages-1.npz", tmp_path / "trained.tar.gz"
    part.write_text("{}")
    learned.write_bytes(b"learned")
    with tarfile.open(model, "w:gz") as archive:
        archive.add(part, "metadata.json")
    export(model, learned, tmp_path / "exported.tar.gz")
    return model, tmp_path / "exported.tar.gz"


def test_an_exported_model_carries_what_was_learned_of_other_languages(exported):
    trained, carried = exported
    assert languages_in(trained) is None
    assert languages_in(carried)().read() == b"learned"


def test_an_exported_model_has_all_that_the_trained_one_has(exported):
    with tarfile.open(exported[1]) as archive:
        assert archive.extractfile("metadata.json").read() == b"{}"
