"""Example questions that are saved while the assistant runs come into use, unless that makes it worse."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot import live_examples
from bot.live_examples import LiveExamples, make_beside
from bot.measured import Figures, kept, worse
from tests.support import eventually

OLD, GROWN, NEW = (Path(f"models/{name}.tar.gz") for name in ("old", "grown", "new"))


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
    """What follows the examples, with new models to be had, and what it did and said."""

    class Followed:
        def __init__(self) -> None:
            self.loaded: list[Path] = []
            self.said: list[str] = []
            self.made: list[tuple[Path, str]] = []
            self.why: dict[str, str] = {}
            self.examples = LiveExamples(OLD, self.loaded.append, self.said.append, self.make)

        def make(self, old: Path, option: str) -> str:
            self.made.append((old, option))
            return self.why.get(option, "")

    monkeypatch.setattr(live_examples, "current_model", lambda: NEW)
    monkeypatch.setattr(live_examples, "grown_model", lambda: GROWN)
    monkeypatch.setattr(live_examples, "_digest_of_others", lambda: "the same")
    monkeypatch.setattr(live_examples, "_SECONDS_OF_QUIET", 0.05)
    monkeypatch.setattr(live_examples, "_SECONDS_BEFORE_TRAINING", 0.05)
    return Followed()


def test_a_model_that_examples_were_added_to_comes_into_use_at_once(followed):
    followed.examples.grow()
    assert (followed.made, followed.loaded) == ([(OLD, "--grow")], [GROWN])
    assert followed.said[-1].startswith("The new example questions are in use, ")


def test_what_cannot_be_added_waits_for_training(followed):
    followed.why["--grow"] = "Example questions were taken away or moved."
    followed.examples.grow()
    assert (followed.loaded, "wait for training" in followed.said[-1]) == ([], True)


def test_a_model_that_is_trained_afterwards_is_compared_with_it_and_comes_into_use(followed):
    followed.examples.grow()
    followed.examples.train()
    assert (followed.made[-1], followed.loaded) == ((GROWN, "--unless-worse-than"), [GROWN, NEW])


def test_where_nothing_can_be_added_training_still_is_done(followed):
    followed.why["--grow"] = "Example questions were taken away or moved."
    followed.examples.grow()
    followed.examples.train()
    assert followed.loaded == [NEW]


def test_a_worse_model_does_not_come_into_use(followed):
    followed.why["--unless-worse-than"] = "It answers less."
    followed.examples.train()
    assert (followed.loaded, followed.examples.model) == ([], OLD)
    assert followed.said[-1] == "No new model is in use, and the old one stays. It answers less."


def test_a_worse_model_is_not_trained_again(followed):
    followed.why["--unless-worse-than"] = "It answers less."
    followed.examples.train()
    followed.examples.train()
    assert len(followed.made) == 1


def test_nothing_is_made_if_nothing_has_changed(followed):
    followed.examples.model = NEW
    followed.examples.grow()
    followed.examples.train()
    assert followed.made == []


def test_other_changes_need_a_restart(followed, monkeypatch):
    monkeypatch.setattr(live_examples, "_digest_of_others", lambda: "another")
    followed.examples.grow()
    followed.examples.train()
    assert (followed.made, "restart" in followed.said[-1]) == ([], True)


def test_examples_that_are_saved_are_followed(followed, tmp_path, monkeypatch):
    monkeypatch.setattr(live_examples, "DATA", tmp_path)
    (tmp_path / "nlu").mkdir()
    followed.examples.start()
    tries = 0
    while not followed.loaded and tries < 100:  # Until the watch has begun.
        tries += 1
        (tmp_path / "nlu/crime.yml").write_text(f"# {tries}\n")
        time.sleep(0.2)
    eventually(lambda: followed.loaded == [GROWN, NEW])


def program(tmp_path: Path, monkeypatch, lines: str) -> None:
    """Put a program in the place of `python -m bot`."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/__main__.py").write_text(f"import os, sys\n{lines}\n")
    monkeypatch.setattr(live_examples, "ROOT", tmp_path)


def test_training_gives_way_to_all_else_and_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret")
    program(tmp_path, monkeypatch, "sys.exit(str((os.nice(0), os.environ['TELEGRAM_TOKEN'])))")
    assert make_beside(OLD, "--grow") == f"({min(19, os.nice(0) + 19)}, '')"


def test_training_that_goes_well_says_nothing(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "print(sys.argv)")
    assert make_beside(OLD, "--grow") == ""


def test_of_all_that_training_prints_the_reason_is_shown(tmp_path, monkeypatch):
    program(
        tmp_path, monkeypatch, f"print({live_examples.TRAINING!r}, file=sys.stderr); sys.exit('noise\\nIt is worse.')"
    )
    assert make_beside(OLD, "--grow") == "It is worse."
