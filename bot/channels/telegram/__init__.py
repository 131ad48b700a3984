"""Telegram: what people send there becomes messages for Rasa, and replies become what Telegram shows.

`channel` starts and stops it all; `api` talks with Telegram's servers; `lanes` keeps each chat in order; `updates`
decides what an update gets; `browsing` and `showing` make what people see. docs/telegram.md tells how to run it.
"""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
