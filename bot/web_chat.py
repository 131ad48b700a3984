"""What the chat on a web page is made of: words and cards of staff, and settings. Server and preview show it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.web.pages import ChatOptions, ChatTexts
from bot.content.answer_files import read_widget_words
from bot.content.languages import ENGLISH, LANGUAGES, languages, speaking, spoken
from bot.content.library import library
from bot.content.problems import BrokenFile
from bot.content.translations import read_translated_widget
from bot.danger import cards
from bot.danger.hints import read_hints
from bot.danger.urgent import stored_cards
from bot.languages.listening import Listener
from bot.settings import Settings


def chat_options(settings: Settings, listener: Listener | None = None) -> ChatOptions:
    """Return what the chat is made of; `listener` knows the words of danger in other languages than English."""
    words, heard = read_widget_words().data, listener or Listener(None)

    @functools.cache
    def texts(language: str) -> ChatTexts:
        """Return what it says in a language, read when someone first asks for it."""
        with speaking(language):
            return _texts(words, read_hints() if language == ENGLISH else heard.hints(language))

    return ChatOptions(
        texts=texts,
        languages=(ENGLISH, *languages()),
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


def _texts(in_english: Mapping[str, Any], hints: Mapping[str, Any]) -> ChatTexts:
    phrases, language = library().phrases, spoken()
    own = _own_words() if language != ENGLISH else in_english
    return ChatTexts(
        language=language,
        right_to_left=language != ENGLISH and languages()[language].right_to_left,
        words={
            "words": {**in_english["words"], **own.get("words", {})},
            "front": {**in_english["front"], **own.get("front", {})},
            "starters": own["starters"] if language == ENGLISH else _starters(in_english["starters"], own),
        },
        front_language=language if own.get("front", {}).keys() == in_english["front"].keys() else ENGLISH,
        cards=stored_cards(),
        hints=hints,
        buttons={cards.OVERDOSE: phrases["check_danger"], cards.CRISIS: phrases["check_crisis"]},
        emergency=phrases["emergency_numbers"],
    )


def _own_words() -> Mapping[str, Any]:
    """Return the words of the language that is spoken, as far as it has some."""
    try:
        return dict(read_translated_widget(LANGUAGES / spoken()).data)
    except BrokenFile:
        return {}


def _starters(in_english: Sequence[Mapping[str, str]], own: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what can be pressed first: what has a title in the language that is spoken."""
    ids = [one["answer"] for one in in_english]
    titles = {answer_id: library()[answer_id].title for answer_id in ids if library().speaks_of(answer_id)}
    titles |= own.get("starters", {})
    return [{"title": titles[answer_id], "answer": answer_id} for answer_id in ids if answer_id in titles]
