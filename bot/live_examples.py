"""Takes over example questions that are saved while the assistant runs: learns them beside it, and swaps the model in.

New ones are first added to the model in use, which takes seconds. Once staff have stopped saving, a model is trained
from the beginning, which takes minutes. Either is made and measured in a process of its own, which gives way to this
one. Here, the new model is only loaded, in a thread, beside the old one. Messages that are being answered end with the
old one; conversations stay where they are.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bot.cli.loading import TRAINING
from bot.content import DATA, ROOT
from bot.content.own import changes
from bot.rasa.sources import MODEL, digest_of
from bot.rasa.training import current_model, grown_model
from bot.settings import environment

_SECONDS_OF_QUIET = 3.0
"""How long nothing must be saved before new examples are added to the model."""
_SECONDS_BEFORE_TRAINING = 60.0
"""How long nothing must be saved after that before a model is trained from the beginning."""
_EXAMPLES = "data/nlu/"

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
Make = Callable[[Path, str], str]


class LiveExamples:
    """Keeps the model in use in step with the example questions.

    Args:
        model: the model in use.
        load: loads another one and puts it in place of the one in use.
        say: tells the operator.
        make: adds the new examples to a model, or trains one for all examples; returns why it may not be used, or "".
    """

    def __init__(self, model: Path, load: Callable[[Path], None], say: Say, make: Make | None = None) -> None:
        self.model = model
        self._load, self._say, self._make = load, say, make or make_beside
        self._others = _digest_of_others()
        self._refused: Path | None = None

    def start(self) -> None:
        """Watch and train from threads, until the process ends."""
        saved = threading.Event()
        for work in (self._watch, self._follow):
            threading.Thread(target=work, args=(saved,), name="examples", daemon=True).start()

    def _watch(self, saved: threading.Event) -> None:
        for _ in changes(DATA / "nlu"):
            saved.set()

    def _follow(self, saved: threading.Event) -> None:
        while True:
            saved.wait()
            while saved.is_set():
                saved.clear()
                time.sleep(_SECONDS_OF_QUIET)
            self._try(self.grow)
            if not saved.wait(_SECONDS_BEFORE_TRAINING):
                self._try(self.train)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as failure:  # noqa: BLE001  Whatever goes wrong, the old model goes on answering.
            logger.error("The new example questions aren't in use (%s).", type(failure).__name__)

    def grow(self) -> None:
        """Add new examples to the model in use, if nothing else has changed, and take it over unless that is worse."""
        wanted = grown_model()
        if self.model in (wanted, current_model()) or _digest_of_others() != self._others:
            return
        began = time.monotonic()
        why = self._make(self.model, "--grow")
        if why:
            self._say(f"The new example questions wait for training. {why}")
            return
        self._take(wanted)
        seconds = time.monotonic() - began + _SECONDS_OF_QUIET
        self._say(f"The new example questions are in use, {seconds:.0f} seconds after they were saved.")

    def train(self) -> None:
        """Train for the present examples, if they are new, and take the model into use unless it is worse."""
        wanted = current_model()
        if wanted in (self.model, self._refused):
            return
        if _digest_of_others() != self._others:
            self._say("More than example questions has changed: restart the assistant to train.")
            return
        began = time.monotonic()
        self._say("Example questions have changed: training beside the assistant, which goes on answering …")
        why = self._make(self.model, "--unless-worse-than")
        if why:
            self._refused = wanted
            self._say(f"No new model is in use, and the old one stays. {why}")
            return
        self._take(wanted)
        self._say(f"A model that was trained on all examples is in use, {time.monotonic() - began:.0f} seconds later.")

    def _take(self, model: Path) -> None:
        self._load(model)
        self.model = model


def make_beside(old: Path, option: str) -> str:
    """Make a model and measure it in a process that gives way to all others; return why it may not be used, or "".

    `option` is one of `bot train` that takes the model in use.
    """
    command = ["nice", "-n", "19", sys.executable, "-m", "bot", "train", option, str(old)]
    quiet = {**environment(), "TELEGRAM_TOKEN": "", "REDIS_URL": "", "LIVE_EXAMPLES": ""}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    if done.returncode == 0:
        return ""
    said = done.stderr.strip() or "It ended early."
    return said.splitlines()[-1] if TRAINING in said else said  # After training, what Rasa says stands in between.


def _digest_of_others() -> str:
    """Return a digest of all else that models are made of: this process can't take that over."""
    return digest_of([pattern for pattern in MODEL if not pattern.startswith(_EXAMPLES)])
