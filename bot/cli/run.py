"""`python -m bot run`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.failed import failing_on
from bot.cli.loading import settings, trained_model
from bot.privacy.logs import withhold_words
from bot.rasa.unused_libraries import leave_out_what_serving_does_without


def run(
    model: Annotated[
        str, typer.Option(metavar="FILE|URL", help="Serve this model, and don't train.", show_default=False)
    ] = "",
    sha256: Annotated[
        str, typer.Option(metavar="HEX", help="What the model's SHA-256 must be.", show_default=False)
    ] = "",
) -> None:
    """Serve the web chat, its HTTP interface and Telegram."""
    chosen = settings()
    from bot.privacy.memory import let_all_load, never_dump_memory, wipe_what_is_freed
    from bot.rasa.training import current_model
    from bot.settings import WrongSetting, environment

    withhold_words(chosen.log_level, chosen.log_format)
    never_dump_memory()
    if not model and not current_model().exists():
        trained_model()  # Before the program starts again, since to train takes longer while memory is wiped.
    wipe_what_is_freed(environment())
    let_all_load()
    leave_out_what_serving_does_without(counts=bool(chosen.counts.get_secret_value()))
    trained = None if model else trained_model()
    from bot.privacy.locks import RedisKeeps
    from bot.privacy.store import NeverForgets
    from bot.privacy.tally import TallyUnusable
    from bot.rasa.agent import ModelUnreadable
    from bot.rasa.models import NoModel, model_from
    from bot.serve import BrokenFiles, PortTaken, serve

    with failing_on(
        *(PortTaken, WrongSetting, BrokenFiles, ModelUnreadable, NoModel, RedisKeeps, NeverForgets, TallyUnusable)
    ):
        serve(trained or model_from(model, sha256), chosen)
