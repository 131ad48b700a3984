"""What several verbs load before they can work."""

from __future__ import annotations

import errno
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.failed import Failed, failing_on
from bot.content import ROOT

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant
    from bot.settings import Settings


TRAINING = "The training data is new: training, some ten minutes …"


def settings() -> Settings:
    """Read the settings from the environment."""
    from bot.settings import WrongSetting, read_settings

    with failing_on(WrongSetting):
        return read_settings()


def trained_model() -> Path:
    """Return the model for the present data, training it if there is none yet, and learning other languages beside."""
    model = _trained_model()
    from bot.content.problems import BrokenFile
    from bot.languages.learning import learn, learned_file
    from bot.languages.weights import WeightsUnavailable

    if not learned_file().exists():
        print("The data on other languages is new: learning it, a minute or two …", file=sys.stderr)
        with failing_on(WeightsUnavailable, BrokenFile):
            learn()
    return model


def _trained_model() -> Path:
    from bot.rasa.training import TrainingFailed, current_model, missing_files, train

    missing = missing_files()
    if missing:
        raise Failed(f"{', '.join(missing)} is missing in {ROOT}. Put it back, or run this from a whole checkout.")
    model = current_model()
    if model.exists():
        return model
    refuse_problems()
    print(TRAINING, file=sys.stderr)
    try:
        with failing_on(TrainingFailed):
            return train()
    except Exception as failure:
        if _is_full(failure):
            raise Failed(
                f"The disk is full, so the model couldn't be trained. Make room for models/, .rasa/ and "
                f"{tempfile.gettempdir()}, then try again."
            ) from failure
        raise


def refuse_problems() -> None:
    """Fail if the check finds a problem: nothing is learned from what isn't in order."""
    from bot.checking.report import check

    problems = check().problems
    if problems:
        raise Failed("\n".join([*map(str, problems), "Fix this first, then try again."]))


def _is_full(failure: BaseException | None) -> bool:
    """Tell whether a full disk is behind a failure; Rasa wraps some of its own around it."""
    if failure is None:
        return False
    return getattr(failure, "errno", None) == errno.ENOSPC or _is_full(failure.__cause__ or failure.__context__)


def assistant() -> Assistant:
    """Load the assistant with the model and the settings; here it reads messages of any length."""
    chosen = settings()
    model = trained_model()
    from bot.privacy.memory import let_all_load, settle

    let_all_load()
    try:
        from bot.content.library import library

        if library().problems:
            raise Failed("\n".join(map(str, library().problems)))
        return assistant_with(model, chosen)
    finally:
        settle()


def assistant_with(model: Path, chosen: Settings) -> Assistant:
    """Load the assistant with a model, whatever it was trained on."""
    from bot.conversation.assistant import Assistant
    from bot.languages.learning import learned_file
    from bot.languages.listening import Listener
    from bot.privacy.locks import RedisKeeps
    from bot.privacy.store import NeverForgets
    from bot.rasa.agent import ModelUnreadable, load_agent, rules_of
    from bot.rasa.dialogue import Dialogue

    with failing_on(ModelUnreadable, RedisKeeps, NeverForgets):
        agent = load_agent(model, chosen)
    return Assistant(
        Dialogue(agent),
        danger=rules_of(agent),
        listener=Listener(learned_file()),
        human_contact=chosen.human_contact,
        most_characters=sys.maxsize,
    )
