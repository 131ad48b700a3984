"""What a start doesn't do again: training has done it."""

from __future__ import annotations

import pytest

from bot.danger.rules import DangerRules
from bot.rasa.agent import ModelUnreadable, load_agent, rules_of
from bot.settings import Settings


def test_the_rules_for_danger_come_from_the_model(agent, monkeypatch):
    monkeypatch.setattr("bot.rasa.agent.danger_rules", lambda: None)
    assert rules_of(agent).screen("he is not breathing").urgent


def test_a_model_of_another_version_is_a_sentence(model, monkeypatch):
    monkeypatch.setattr(DangerRules, "load", lambda folder: (folder / "not_yet.json").read_text())
    with pytest.raises(ModelUnreadable, match="of another version of the assistant"):
        load_agent(model, Settings())
