"""Takes over example questions that are saved while the assistant runs: trains beside it, and swaps the model in.

Training and measuring are a process of their own, which gives way to this one. Here, the new model is only loaded, in
a thread, beside the old one. Messages that are being answered end with the old one; conversations stay where they are.
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
from bot.rasa.training import current_model
from bot.settings import environment

_SECONDS_OF_QUIET = 3.0
"""How long nothing must be saved before training begins."""
_EXAMPLES = "data/nlu/"

logger = logging.getLogger(__name__)

Say = Callable[[str], None]


class LiveExamples:
    """Keeps the model in use in step with the example questions.

    Args:
        model: the model in use.
        load: loads another one and puts it in place of the one in use.
        say: tells the operator.
        train: makes the model for the present examples; returns why it may not be used, or "" if it may.
    """

    def __init__(
        self, model: Path, load: Callable[[Path], None], say: Say, train: Callable[[Path], str] | None = None
    ) -> None:
        self.model = model
        self._load, self._say, self._train = load, say, train or train_beside
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
            try:
                self.catch_up()
            except Exception as failure:  # noqa: BLE001  Whatever goes wrong, the old model goes on answering.
                logger.error("The new example questions aren't in use (%s).", type(failure).__name__)

    def catch_up(self) -> None:
        """Train for the present examples, if they are new, and take the model into use unless it is worse."""
        wanted = current_model()
        if wanted in (self.model, self._refused):
            return
        if _digest_of_others() != self._others:
            self._say("More than example questions has changed: restart the assistant to train.")
            return
        began = time.monotonic()
        self._say("Example questions have changed: training beside the assistant, which goes on answering …")
        why = self._train(self.model)
        if why:
            self._refused = wanted
            self._say(f"The new example questions aren't in use, and the old model stays. {why}")
            return
        self._load(wanted)
        self.model = wanted
        self._say(
            f"The new example questions are in use, {time.monotonic() - began:.0f} seconds after they were saved."
        )


def train_beside(old: Path) -> str:
    """Train and measure in a process that gives way to all others; return why the model may not be used, or ""."""
    command = ["nice", "-n", "19", sys.executable, "-m", "bot", "train", "--unless-worse-than", str(old)]
    quiet = {**environment(), "TELEGRAM_TOKEN": "", "REDIS_URL": "", "LIVE_EXAMPLES": ""}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)  # noqa: S603 (ours)
    if done.returncode == 0:
        return ""
    said = done.stderr.strip() or "Training ended early."
    return said.splitlines()[-1] if TRAINING in said else said  # After training, what Rasa says stands in between.


def _digest_of_others() -> str:
    """Return a digest of all else that models are made of: this process can't take that over."""
    return digest_of([pattern for pattern in MODEL if not pattern.startswith(_EXAMPLES)])
