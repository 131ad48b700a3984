"""`python -m bot chat`."""

from __future__ import annotations

from bot.cli.loading import assistant


def chat() -> None:
    """Chat here in the terminal; a number presses a button."""
    import asyncio

    from bot.channels import terminal

    asyncio.run(terminal.chat(assistant()))
