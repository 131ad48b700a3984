"""The operator learns what fails, and of words only what people chose to pass on after they had seen it."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from actions.answers import ActionPick
from actions.turn import Turn
from bot.cli import app
from bot.content.answers import Address
from bot.content.library import library
from bot.content.reply import Button, Choice, Kind, Passing, Rated, Reply, target_of
from bot.conversation.assistant import Assistant
from bot.conversation.learning import Learning
from bot.conversation.messages import Said
from bot.privacy.tally import Counted, PassedOn, Tally
from bot.reporting import likeness
from bot.reporting.likeness import grouped
from bot.reporting.summary import sum_up
from bot.settings import Settings
from bot.web_chat import chat_options

UNKNOWN = Reply(Kind.FALLBACK, "I don't know that one.", (), Address("out_of_scope"))
CRIME = Reply(Kind.ANSWER, "No.", (Button("More", Address("faq/crime", "more")),), Address("faq/crime"))
URGENT = Reply(Kind.URGENT, "Call now.", (), Address("urgent/crisis"))
QUESTION = "my name is Anna Smith, is blue lotus legal"


class Dialogue:
    """Gives the same reply to all that is said, and knows what was said."""

    def __init__(self) -> None:
        self.reply, self.words = UNKNOWN, []

    async def say(self, conversation, channel, text):
        self.words.append(text)
        return [self.reply]

    async def press(self, conversation, channel, target):
        return [self.reply]

    async def words_of(self, conversation):
        return self.words


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'counts.sqlite'}"


@pytest.fixture
def tally(url) -> Tally:
    return Tally(url)


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue()


@pytest.fixture
def assistant(dialogue, tally) -> Assistant:
    return Assistant(dialogue, learning=Learning(tally))


async def says(assistant, text: str, channel: str = "chat") -> Reply:
    return (await assistant.reply(Said("c", channel, text)))[-1]


async def presses(assistant, button: Button | str, channel: str = "chat") -> Reply:
    return (await assistant.reply(Said("c", channel, button=getattr(button, "target", button))))[-1]


def targets(reply: Reply, kind: type) -> list:
    return [button.target for button in reply.buttons if isinstance(button.target, kind)]


@pytest.mark.parametrize(
    "target", [Rated(True, "faq/crime"), Rated(False, "faq/crime"), Passing("0" * 16), Passing("0a" * 8, sure=True)]
)
def test_a_button_is_read_as_it_was_written(target):
    assert target_of(str(target)) == target


@pytest.mark.parametrize("text", ["pass/", "pass/what about kratom", "keep/XYZ", "yes/", "no/../x"])
def test_a_button_that_nobody_made_leads_nowhere(text):
    with pytest.raises(ValueError, match=r"address|Choice"):
        target_of(text)


async def test_what_is_not_known_can_be_passed_on(assistant):
    assert len(targets(await says(assistant, QUESTION), Passing)) == 1


async def test_the_button_is_among_the_three_that_the_web_shows_at_once(assistant, dialogue):
    dialogue.reply = Reply(Kind.FALLBACK, "?", CRIME.buttons * 5, Address("out_of_scope"))
    assert isinstance((await says(assistant, QUESTION)).buttons[2].target, Passing)


async def test_what_none_of_the_offered_answers_is_about_can_be_passed_on(assistant):
    await says(assistant, QUESTION)
    (target,) = targets(await presses(assistant, str(Choice.NONE_OF_THESE)), Passing)
    assert "is blue lotus legal" in (await presses(assistant, str(target))).text


async def test_whoever_says_no_is_not_asked_again(assistant):
    offered = await says(assistant, QUESTION)
    shown = await presses(assistant, offered.buttons[-1])
    assert targets(await presses(assistant, shown.buttons[1]), Passing) == []


@pytest.mark.parametrize(("topic", "answer"), [("faq/crime", "out_of_scope"), ("urgent/overdose", None)])
def test_in_an_emergency_none_of_these_is_not_passed_on(topic, answer):
    turn = Turn("pick", (), None, None, False, False, Choice.NONE_OF_THESE, Address(topic), None)
    assert ActionPick().reply(turn).answer == (Address(answer) if answer else None)


async def test_without_a_tally_nothing_can_be_passed_on(dialogue):
    assert (await says(Assistant(dialogue), QUESTION)).buttons == ()


async def test_what_is_known_is_not_passed_on(assistant, dialogue):
    dialogue.reply = CRIME
    assert targets(await says(assistant, QUESTION), Passing) == []


async def test_a_story_is_not_passed_on(assistant):
    assert targets(await says(assistant, "and then " * 40), Passing) == []


async def test_the_button_has_nothing_of_the_words(assistant):
    (target,) = targets(await says(assistant, QUESTION), Passing)
    assert re.fullmatch("pass/[0-9a-f]{16}", str(target))


async def test_someone_sees_what_would_be_kept_without_their_name(assistant):
    offered = await says(assistant, QUESTION)
    shown = await presses(assistant, offered.buttons[-1])
    assert "“my name is [name], is blue lotus legal”" in shown.text
    assert [str(button.target)[:5] for button in shown.buttons] == ["keep/", "nothi"]


async def test_nothing_is_kept_before_someone_agrees(assistant, tally):
    offered = await says(assistant, QUESTION)
    await presses(assistant, offered.buttons[-1])
    tally.write()
    assert tally.passed_on() == []


async def test_what_was_shown_is_kept_once_someone_agrees(assistant, tally):
    offered = await says(assistant, QUESTION)
    shown = await presses(assistant, offered.buttons[-1])
    await presses(assistant, shown.buttons[0])
    tally.write()
    assert [one.text for one in tally.passed_on()] == ["my name is [name], is blue lotus legal"]


async def test_it_is_the_question_that_was_shown_though_another_came_after(assistant, tally):
    offered = await says(assistant, QUESTION)
    shown = await presses(assistant, offered.buttons[-1])
    await says(assistant, "something else")
    await presses(assistant, shown.buttons[0])
    tally.write()
    assert [one.text[-5:] for one in tally.passed_on()] == ["legal"]


async def test_a_question_that_is_forgotten_is_not_passed_on(assistant, dialogue, tally):
    offered = await says(assistant, QUESTION)
    dialogue.words.clear()
    assert (await presses(assistant, offered.buttons[-1])).text == library().phrases["pass_on_gone"]


async def test_words_of_a_person_make_no_link(assistant):
    offered = await says(assistant, "is [this](https://x.example) ok")
    assert "](" not in (await presses(assistant, offered.buttons[-1])).text


async def test_in_danger_nobody_is_asked_to_pass_something_on_or_to_rate(assistant, dialogue):
    dialogue.reply = URGENT
    assert (await says(assistant, "hello", "telegram")).buttons == ()


@pytest.mark.parametrize(
    ("reply", "answer", "decision"),
    [(CRIME, "faq/crime", "answer"), (UNKNOWN, "out_of_scope", "fallback"), (URGENT, "urgent/crisis", "urgent")],
)
async def test_a_reply_is_counted_without_words(assistant, dialogue, tally, reply, answer, decision):
    dialogue.reply = reply
    await says(assistant, QUESTION)
    tally.write()
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert tally.counted(today) == [Counted(today.isoformat(), answer, "chat", decision, "", 1)]


async def test_in_telegram_someone_can_say_whether_an_answer_helped(assistant, dialogue, tally):
    dialogue.reply = CRIME
    yes, no = targets(await says(assistant, "crime?", "telegram"), Rated)
    await presses(assistant, str(yes), "telegram")
    await presses(assistant, str(no), "telegram")
    tally.write()
    counted = {one.helpful: one.times for one in tally.counted(datetime.date(2026, 1, 1))}
    assert counted == {"": 1, "yes": 1, "no": 1}


async def test_the_web_page_asks_by_itself_whether_it_helped(assistant, dialogue):
    dialogue.reply = CRIME
    assert targets(await says(assistant, "crime?"), Rated) == []


async def test_what_the_web_page_sends_is_counted_for_the_whole_answer(assistant, tally):
    await presses(assistant, "no/faq/crime#more")
    tally.write()
    (one,) = tally.counted(datetime.date(2026, 1, 1))
    assert (one.answer, one.channel, one.helpful, one.times) == ("faq/crime", "chat", "no", 1)


@pytest.mark.parametrize(("settings", "counted"), [({}, False), ({"counts": "on"}, True)])
def test_the_web_page_sends_it_only_with_the_setting(settings, counted):
    assert chat_options(Settings(**settings)).counted is counted


async def test_an_answer_that_is_not_there_is_not_rated(assistant, tally):
    await presses(assistant, "yes/faq/nonsense")
    tally.write()
    assert tally.counted(datetime.date(2026, 1, 1)) == []


def counted(answer: str, decision: str, times: int, helpful: str = "") -> Counted:
    return Counted("2026-11-25", answer, "chat", decision, helpful, times)


def test_the_summary_has_what_is_asked_what_fails_and_what_does_not_help():
    summary = sum_up(
        [counted("faq/crime", "answer", 7), counted("faq/effective", "answer", 9), counted("", "clarify", 3),
         counted("faq/crime", "answer", 2, "no"), counted("faq/crime", "answer", 6, "yes")]
    )  # fmt: skip
    assert summary.asked == (("faq/effective", 9), ("faq/crime", 7))
    assert summary.failed == (("asked back, web", 3),)
    assert summary.not_helpful == (("faq/crime", 2, 8),)


def test_days_on_which_nothing_was_counted_are_drawn_too():
    summary = sum_up([Counted(day, "faq/crime", "chat", "answer", "", 9) for day in ("2026-11-29", "2026-12-01")])
    assert summary.by_day == (("2026-11-29", 9), ("2026-11-30", 0), ("2026-12-01", 9))


def test_questions_that_are_alike_stand_together_with_the_nearest_answer():
    texts = ["can i get hiv from needles", "will dirty needles give me hiv", "is my street less safe with a centre"]
    groups = grouped([PassedOn("2026-11-23", text) for text in texts], library(), [("faq/crime", "is my street safe")])
    assert [[one.text for one in group.questions] for group in groups] == [texts[:2], texts[2:]]
    assert groups[1].nearest == "faq/crime"


@pytest.fixture
def reported(tally, url, tmp_path, monkeypatch) -> tuple[str, str]:
    """What the report prints, and its page, after some were asked and one question was passed on."""
    for _ in range(7):
        tally.count("faq/crime", "chat", "answer")
    tally.count("faq/effective", "chat", "answer")
    tally.pass_on("what about <b>kratom</b>")
    tally.write()
    monkeypatch.setenv("COUNTS", url)
    monkeypatch.setattr(likeness, "_encode", lambda texts: np.ones((len(texts), 2)))  # The real one is asked above.
    page = tmp_path / "report.html"
    return CliRunner().invoke(app, ["report", "--page", str(page)]).output, page.read_text()


def test_the_report_has_all_of_it(reported):
    printed, page = reported
    assert "     7  Harm reduction and crime (faq/crime)" in printed
    assert re.search(r"< 5  .*\(faq/effective\)", printed)
    assert "what about <b>kratom</b>" in printed
    assert "what about &lt;b&gt;kratom" in page
    assert ">&lt; 5</td>" in page
    assert re.search(r"data/nlu/\w+/\w+\.yml", printed)
    assert re.search(r"<code>data/nlu/\w+/\w+\.yml</code>", page)


def test_the_page_loads_nothing(reported):
    assert not re.search(r"src=|href=|url\(|<script", reported[1])


def test_without_the_setting_the_report_says_what_to_set(monkeypatch):
    monkeypatch.setenv("COUNTS", "")
    assert "Set COUNTS" in str(CliRunner().invoke(app, ["report"]).exception)
