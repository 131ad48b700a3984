"""The rules for danger: each leads to the card that helps, and what is wrong with a file is said by line."""

from __future__ import annotations

import pytest

from bot.checking.danger import rule_problems
from bot.content.library import Library
from bot.content.yaml_files import Document
from bot.danger.cards import CRISIS, CRISIS_CARDS, OVERDOSE, family
from bot.danger.rules import DangerRules, danger_rules

SIGN = "answer: urgent/overdose\npatterns: [overdose now]\nmessages: [overdose now]\nnear_misses: [all is well]\n"
PRIORITY = "priority: [overdosing]\n"


def leads_to(message: str) -> str | None:
    sign = danger_rules().screen(message).sign
    return sign and sign.answer_id


def problems(folder, **files: str) -> list[str]:
    """What is wrong with a sign, a priority and other files; a file's name has `__` for each slash."""
    for name, text in {"overdose__overdosing": SIGN, "priority": PRIORITY, **files}.items():
        path = folder / f"{name.replace('__', '/')}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [str(problem) for problem in rule_problems(folder)]


@pytest.mark.parametrize(
    "message",
    [
        "my heart is racing and i took too much coke",
        "am i overdosing, my chest hurts",
        "cant breathe and my heart is pounding",
        "he took too much and his heart is racing",
        "send an ambulance, chest pain",
        "im grey and my chest is tight",
    ],
)
def test_someone_awake_with_a_racing_heart_gets_no_knuckles_on_the_breastbone(message):
    assert leads_to(message) == "urgent/overheating"


@pytest.mark.parametrize(
    ("message", "answer_id"),
    [
        ("my toddler swallowed a methadone tablet and wont wake", "urgent/child"),
        ("my son is 30, took heroin and is not waking", "urgent/overdose"),
        ("he drank vodka and wont wake up", "urgent/alcohol_or_ghb"),
        ("vodka and heroin and he wont wake up", "urgent/overdose"),
        ("her heart was racing and now shes not breathing", "urgent/overdose"),
        ("he stopped drinking and just had a seizure", "urgent/withdrawal"),
        ("she is having a seizure", "urgent/overheating"),
        ("my arm is swollen and going black since the shot", "urgent/infection"),
        ("he took pills to kill himself and isnt breathing", "urgent/overdose"),
        ("my sister says she wants to die", "urgent/someone_in_crisis"),
        ("i want to die", "urgent/crisis"),
        ("i keep cutting my arms", "urgent/self_harm"),
        ("im cutting my arms and i want to die", "urgent/crisis"),
    ],
)
def test_of_several_signs_the_one_counts_that_saves_the_person(message, answer_id):
    assert leads_to(message) == answer_id


def test_priority_and_not_the_order_of_files_decides():
    signs = [Document(f"{name}.yml", {"answer": f"urgent/{name}", "patterns": ["help"]}, {}) for name in ("a", "b")]
    rules = DangerRules([*signs, Document("priority.yml", {"priority": ["b", "a"]}, {})])
    assert rules.screen("help").sign.name == "b"


def test_every_urgent_answer_is_of_one_family():
    ids = {answer.id for answer in Library() if answer.group == "urgent"}
    assert {answer_id for answer_id in ids if family(answer_id) == CRISIS} == CRISIS_CARDS
    assert {family(answer_id) for answer_id in ids} == {CRISIS, OVERDOSE}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"overdose__overdosing": SIGN.replace("messages", "mesages")}, "overdosing.yml:1:1: error: `messages` is missing"),
        ({"overdose__overdosing": SIGN.replace("urgent/overdose", "urgent/other")}, ":1:1: error: there is no answer `urgent/other`"),
        ({"overdose__overdosing": SIGN.replace("urgent/overdose", "urgent/crisis")}, "`urgent/crisis` is for the folder crisis/"),
        ({"pairs__overdose__x": "answer: x: y\n"}, ":1:10: error: a colon stands inside a text"),
        ({"pairs__overdose__x": "answer: urgent/child\npairs:\n  - message: a\n"}, ":3:5: error: `near_miss` is missing in entry 1 of `pairs`"),
        ({"not_now__past": "not_now: [<when> it was]\n"}, "past.yml:1:11: error: there is no list `when`"),
        ({"lists": "lists: {a: [b]}\n", "now": "lists: {a: [c]}\nnow: [a]\n"}, "now.yml:1:9: error: `a` is a list in"),
        ({"priority": "priority: [other]\n"}, "priority.yml:1:12: error: there is no sign `other`"),
        ({"crisis__goodbye": SIGN.replace("urgent/overdose", "urgent/crisis")}, "goodbye.yml:1:1: error: `goodbye` isn't in priority.yml"),
        ({"crisis__overdosing": SIGN.replace("urgent/overdose", "urgent/crisis")}, "there are two signs `overdosing`"),
        ({"pairs_more": "pairs: []\n"}, "pairs_more.yml:1:1: error: the file isn't in a folder that is read"),
    ],
    ids=["a missing key", "an unknown answer", "an answer of the other family", "no YAML", "half a pair", "an unknown list", "a list twice",
         "an unknown sign", "a sign without priority", "two signs of one name", "a file in no folder"],
)  # fmt: skip
def test_a_broken_file_is_reported_by_line(tmp_path, files, said):
    assert said in "\n".join(problems(tmp_path, **files))
