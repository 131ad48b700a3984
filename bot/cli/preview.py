"""`python -m bot preview`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.failed import Failed
from bot.cli.loading import assistant_with, settings

if TYPE_CHECKING:
    from bot.conversation.assistant import Assistant


def preview(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page is; 0 takes any free port.")] = 5006,
) -> None:
    """Show all answers as people see them, on a page that follows each change."""
    import socket

    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise Failed(f"Port {port} can't be used. Choose another: python -m bot preview --port 5007") from error
    from bot.preview.app import make_preview

    app = make_preview(_assistant, _is_up_to_date, settings())
    print(f"Open http://127.0.0.1:{listener.getsockname()[1]}/preview (Ctrl+C stops it)", flush=True)
    app.run(sock=listener, access_log=False, motd=False)


def _assistant() -> Assistant:
    """Load the newest model, even if it doesn't know the latest example questions: training takes minutes."""
    from bot.rasa.training import current_model, newest_model

    model = current_model() if _is_up_to_date() else newest_model()
    if not model:
        raise Failed("there is no model yet. Stop this, and run: python -m bot train")
    return assistant_with(model, settings())


def _is_up_to_date() -> bool:
    """Say whether there is a model that has learned from the example questions as they stand."""
    from bot.rasa.training import current_model

    return current_model().exists()
