"""Example questions that are saved while the assistant runs come into use, unless that makes it worse."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bot import live_examples
from bot.live_examples import LiveExamples, train_beside
from bot.measured import Figures, kept, worse

OLD, NEW = Path("models/old.tar.gz"), Path("models/new.tar.gz")


def figures(right: int, own: int = 10, urgent: int = 50) -> dict[str, Figures]:
    return {"all": Figures(right, 1000), "own": Figures(own, 10), "urgent": Figures(urgent, 50)}


@pytest.mark.parametrize("after", [figures(900), figures(950), figures(895)])
def test_a_model_that_loses_no_more_than_one_in_two_hundred_is_not_worse(after):
    assert worse(figures(900), after) == ""


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (figures(894), "It answers 894 of 1000 test questions rightly, the one in use 900 of 1000."),
        (figures(950, own=9), "It answers 9 of 10 your own test questions rightly, the one in use 10 of 10."),
        (figures(950, urgent=49), "It answers 49 of 50 urgent test questions rightly, the one in use 50 of 50."),
    ],
)
def test_it_says_what_a_model_is_worse_at(after, said):
    assert worse(figures(900), after) == said


def test_a_model_is_measured_once(tmp_path):
    kept(OLD, [], tmp_path).write(figures(900))
    assert kept(OLD, [], tmp_path).read() == figures(900)
    assert kept(NEW, [], tmp_path).read() is None


@pytest.fixture
def followed(monkeypatch):
    """What follows the examples, with a new model to be had, and what it did and said."""

    class Followed:
        why = ""

        def __init__(self) -> None:
            self.loaded: list[Path] = []
            self.said: list[str] = []
            self.trained = 0
            self.examples = LiveExamples(OLD, self.loaded.append, self.said.append, self.train)

        def train(self, old: Path) -> str:
            assert old == OLD
            self.trained += 1
            return self.why

    monkeypatch.setattr(live_examples, "current_model", lambda: NEW)
    monkeypatch.setattr(live_examples, "_digest_of_others", lambda: "the same")
    monkeypatch.setattr(live_examples, "_SECONDS_OF_QUIET", 0.05)
    return Followed()


def test_a_model_that_is_not_worse_comes_into_use(followed):
    followed.examples.catch_up()
    assert (followed.loaded, followed.examples.model) == ([NEW], NEW)


def test_a_worse_model_does_not(followed):
    followed.why = "It answers less."
    followed.examples.catch_up()
    assert (followed.loaded, followed.examples.model) == ([], OLD)
    assert followed.said[-1].endswith("aren't in use, and the old model stays. It answers less.")


def test_a_worse_model_is_not_trained_again(followed):
    followed.why = "It answers less."
    followed.examples.catch_up()
    followed.examples.catch_up()
    assert followed.trained == 1


def test_other_changes_need_a_restart(followed, monkeypatch):
    monkeypatch.setattr(live_examples, "_digest_of_others", lambda: "another")
    followed.examples.catch_up()
    assert (followed.trained, "restart" in followed.said[-1]) == (0, True)


def test_examples_that_are_saved_are_followed(followed, tmp_path, monkeypatch):
    monkeypatch.setattr(live_examples, "DATA", tmp_path)
    (tmp_path / "nlu").mkdir()
    loaded = threading.Event()
    followed.examples._load = lambda model: loaded.set()
    followed.examples.start()
    tries = 0
    while not loaded.wait(0.2) and tries < 100:  # Until the watch has begun.
        tries += 1
        (tmp_path / "nlu/crime.yml").write_text(f"# {tries}\n")
    assert loaded.is_set()


def program(tmp_path: Path, monkeypatch, lines: str) -> None:
    """Put a program in the place of `python -m bot`."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/__main__.py").write_text(f"import os, sys\n{lines}\n")
    monkeypatch.setattr(live_examples, "ROOT", tmp_path)


def test_training_gives_way_to_all_else_and_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret")
    program(tmp_path, monkeypatch, "sys.exit(str((os.nice(0), os.environ['TELEGRAM_TOKEN'])))")
    assert train_beside(OLD) == f"({min(19, os.nice(0) + 19)}, '')"


def test_training_that_goes_well_says_nothing(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "print(sys.argv)")
    assert train_beside(OLD) == ""


def test_of_all_that_training_prints_the_reason_is_shown(tmp_path, monkeypatch):
    program(
        tmp_path, monkeypatch, f"print({live_examples.TRAINING!r}, file=sys.stderr); sys.exit('noise\\nIt is worse.')"
    )
    assert train_beside(OLD) == "It is worse."
