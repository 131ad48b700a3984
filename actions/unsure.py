"""When the assistant isn't sure, or doesn't know. After an urgent reply, it first asks how things stand."""

from __future__ import annotations

import dataclasses

from actions.reply import ReplyAction, show
from actions.turn import Turn
from bot.content.answers import OUT_OF_SCOPE, PLEASANTRIES, Address
from bot.content.composing import offer
from bot.content.languages import ENGLISH, spoken
from bot.content.library import library
from bot.content.reply import Button, Choice, Kind, Reply, distinct
from bot.danger.urgent import CRISIS, OVERDOSE, not_followed, still_here


class ActionClarify(ReplyAction):
    """Asks which of the likeliest answers is meant."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_clarify"

    def reply(self, turn: Turn) -> Reply:
        """Offer the candidates' titles, in English if they aren't translated, and none of them."""
        if turn.still_in_danger:
            return still_here(turn.still_in_danger, turn.country)
        phrases = library().phrases
        meant = [address for address in turn.asked_for if address.answer_id not in PLEASANTRIES]
        if not meant:
            return show(turn, Address(OUT_OF_SCOPE))
        titles = [Button(library().title(address), address) for address in meant]
        none = Button(phrases["none_of_these"], Choice.NONE_OF_THESE)
        return Reply(Kind.CLARIFY, phrases["clarify"], distinct([*titles, none]))


class ActionFallback(ReplyAction):
    """Says that it doesn't know this, and what it does know."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_fallback"

    def reply(self, turn: Turn) -> Reply:
        """Offer topics; the conversation stays on its topic, but not on an emergency that was asked after."""
        if turn.still_in_danger:
            return still_here(turn.still_in_danger, turn.country)
        if turn.urgent_topic:
            return not_followed(turn.urgent_topic, turn.country)
        return show(turn, Address(OUT_OF_SCOPE))


class ActionEnglishOnly(ReplyAction):
    """Says that it can't answer this in the person's language, or that it goes on in the one they asked for."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_english_only"

    def reply(self, turn: Turn) -> Reply:
        """Say that it doesn't know this, or can't in the language; and what to do in danger."""
        if turn.asks_for_language:
            return Reply(Kind.ANSWER, library().phrases["changed"], tuple(offer(library(), (OVERDOSE, CRISIS))))
        if turn.still_in_danger:
            return still_here(turn.still_in_danger, turn.country)
        cards = offer(library(), (OVERDOSE, CRISIS))
        if spoken() != ENGLISH and library().speaks_of(OUT_OF_SCOPE):
            unknown = show(turn, Address(OUT_OF_SCOPE))
            return dataclasses.replace(unknown, buttons=distinct([*cards, *unknown.buttons]))
        return Reply(Kind.FALLBACK, library().phrases["english_only"], tuple(cards))
