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
    from bot.privacy.memory import never_dump_memory, wipe_what_is_freed
    from bot.settings import WrongSetting, environment

    withhold_words(chosen.log_level, chosen.log_format)
    never_dump_memory()
    trained = None if model else trained_model()
    wipe_what_is_freed(environment())  # Starts the program again, so a model from elsewhere is looked at afterwards.
    leave_out_what_serving_does_without(counts=bool(chosen.counts.get_secret_value()))
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
