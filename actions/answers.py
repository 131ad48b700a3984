"""Answers a question, or what a button stands for."""

from __future__ import annotations

from actions.reply import ReplyAction, show
from actions.turn import Turn
from bot.content.answers import OUT_OF_SCOPE, URGENT_GROUP, Address
from bot.content.composing import offer
from bot.content.library import library
from bot.content.reply import Choice, InCountry, Kind, Reply
from bot.danger.directory import directory
from bot.danger.urgent import country_buttons, country_reply


class ActionAnswer(ReplyAction):
    """Answers what the matcher found; in danger, even if the answer's file is gone."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_answer"

    def reply(self, turn: Turn) -> Reply:
        """Show the likeliest answer."""
        if turn.intent == URGENT_GROUP:
            return show(turn, Address(turn.labels[0]))
        return show(turn, turn.best_answer or Address(OUT_OF_SCOPE))


class ActionPick(ReplyAction):
    """Answers a button; an old one, whose answer is gone, gets the fallback."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_pick"

    def reply(self, turn: Turn) -> Reply:
        """Show what the button leads to."""
        phrases, picked = library().phrases, turn.picked
        if picked in (Choice.NONE_OF_THESE, Choice.KEEP_NOTHING):
            buttons = offer(library(), library()[OUT_OF_SCOPE].related)
            unknown = None if turn.urgent_topic else Address(OUT_OF_SCOPE)  # In danger, nobody is asked to pass it on.
            return Reply(Kind.FALLBACK, phrases["clarify_declined"], tuple(buttons), unknown)
        if picked is Choice.COUNTRY:
            return Reply(Kind.CLARIFY, phrases["which_country"], country_buttons())
        if isinstance(picked, InCountry):
            return country_reply(directory().get(picked.id), turn.urgent_topic)
        known = isinstance(picked, Address) and (picked.answer_id in library() or picked.group == URGENT_GROUP)
        return show(turn, picked if isinstance(picked, Address) and known else Address(OUT_OF_SCOPE))
