"""Telegram: what people send there becomes messages for the assistant, and replies become what Telegram shows.

`channel` starts and stops python-telegram-bot's application; `handlers` says what an update gets, and `turns` when;
`api` talks to Telegram's servers, and `reading` reads what they say; `sending`, `browsing` and `showing` make what
people see. docs/telegram.md tells how to run it.
"""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
