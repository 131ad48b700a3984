"""The web: the chat's HTTP interface, the widget and the pages."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
