"""What the chat on a web page is made of: words and cards of staff, and settings. Server and preview show it."""

from __future__ import annotations

from bot.channels.web.pages import ChatOptions
from bot.content.answer_files import read_widget_words
from bot.content.library import library
from bot.content.problems import BrokenFile
from bot.danger import cards
from bot.danger.hints import read_hints
from bot.danger.urgent import stored_cards
from bot.settings import Settings


def chat_options(settings: Settings) -> ChatOptions:
    """Return what the chat is made of."""
    phrases = library().phrases
    return ChatOptions(
        words=read_widget_words().data,
        cards=stored_cards(),
        hints=read_hints(),
        buttons={cards.OVERDOSE: phrases["check_danger"], cards.CRISIS: phrases["check_crisis"]},
        emergency=phrases["emergency_numbers"],
        limits={
            "most": settings.most_characters,
            "idle": settings.idle_minutes,
            "longest": settings.conversation_minutes,
        },
        exit_address=settings.exit_address,
        counted=bool(settings.counts.get_secret_value()),
        frame_origins=settings.allowed_origins,
    )


def broken_words() -> list[str]:
    """Return a sentence for each thing that is wrong with what the chat on a web page says itself."""
    try:
        read_widget_words()
    except BrokenFile as broken:
        return [str(problem) for problem in broken.problems]
    return []
