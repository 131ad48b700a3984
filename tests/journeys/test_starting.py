"""What a start doesn't do again: training has done it."""

from __future__ import annotations

from bot.rasa.agent import rules_of


def test_the_rules_for_danger_come_from_the_model(agent, monkeypatch):
    monkeypatch.setattr("bot.rasa.agent.danger_rules", lambda: None)
    assert rules_of(agent).screen("he is not breathing").urgent
