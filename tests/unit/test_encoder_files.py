"""The encoder's files are built where they are missing."""

from __future__ import annotations

import re

import pytest

from bot.matching import encoder_files
from bot.matching.encoder_files import EncoderUnavailable, encoder_folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return encoder_folder(tmp_path_factory.mktemp("cache") / "encoder")


def test_building_twice_gives_the_same_bytes(built):
    kept = encoder_folder()
    assert {file.name: file.read_bytes() == (kept / file.name).read_bytes() for file in built.iterdir()} == {
        "encoder.onnx": True, "encoder.fp32.onnx": True, "tokenizer.json": True,
    }  # fmt: skip


def test_nothing_unfinished_is_left_beside_it(built):
    assert list(built.parent.iterdir()) == [built]


def test_another_builder_has_another_folder(built, tmp_path, monkeypatch):
    other = tmp_path / "build_encoder.py"
    other.write_text(encoder_files.BUILDER.read_text() + "# changed\n")
    monkeypatch.setattr(encoder_files, "BUILDER", other)
    monkeypatch.setattr(encoder_files.sys, "executable", "/bin/true")
    assert encoder_folder(built.parent) != built


def test_another_tuning_has_another_folder(built, tmp_path, monkeypatch):
    other = tmp_path / "encoder_tuning.npz"
    other.write_bytes(b"changed")
    monkeypatch.setattr(encoder_files, "TUNING_FILE", other)
    monkeypatch.setattr(encoder_files.sys, "executable", "/bin/true")
    assert encoder_folder(built.parent) != built


def test_a_builder_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(encoder_files, "ROOT", tmp_path)  # Where there is no module tools.build_encoder.
    with pytest.raises(EncoderUnavailable, match=r"tools\.build_encoder"):
        encoder_folder(tmp_path)


@pytest.mark.parametrize(("constant", "name"), [("BUILDER", "build_encoder.py"), ("TUNING_FILE", "encoder_tuning.npz")])
def test_what_is_missing_is_named(tmp_path, monkeypatch, constant, name):
    monkeypatch.setattr(encoder_files, constant, tmp_path / name)
    with pytest.raises(EncoderUnavailable, match=f"{re.escape(name)} is missing"):
        encoder_folder(tmp_path)
