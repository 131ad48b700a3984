"""Describes a service: as a whole, or the section that was asked for, also when the question only says "it"."""

from __future__ import annotations

from actions.reply import ReplyAction, show
from actions.turn import Turn
from bot.content.answers import Address
from bot.content.library import library
from bot.content.reply import Button, Kind, Reply


class ActionService(ReplyAction):
    """Describes the service that a message asks about, or that the conversation is on."""

    def name(self) -> str:
        """Return the name that domain.yml and data/rules.yml use."""
        return "action_service"

    def reply(self, turn: Turn) -> Reply:
        """Show the section that was asked for, or the answer in general; ask which service if none is in sight."""
        if turn.best_answer:
            return show(turn, turn.best_answer)
        buttons = [
            Button(answer.title, Address(answer.id, turn.section)) for answer in library() if answer.group == "service"
        ]
        return Reply(Kind.CLARIFY, library().phrases["which_service"], tuple(buttons))
