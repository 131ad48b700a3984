"""A service says only what there is to say; a question for the rest gets the nearest that it has."""

from __future__ import annotations

import pytest

from actions.answers import ActionPick
from actions.turn import Turn
from bot.content.answers import SECTIONS, Address, Answer, Source
from bot.content.composing import reply_of
from bot.content.library import Library
from bot.content.reply import Kind
from bot.conversation.explain import Asked
from bot.evaluation.labelled import Labelled
from bot.evaluation.report import Result
from tests.support.small_content import check

SERVICE = "service/drug_checking"


def answer(*sections: str, more: str = "") -> Answer:
    texts = {section: f"About {section}." for section in sections}
    return Answer(SERVICE, "Drug checking", "", "In short.", (), "2026-11-29", "project author", more, texts)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_a_service_has_is_shown(section):
    assert answer(*SECTIONS).nearest(section) == section


def test_cost_may_be_found_in_find():
    assert answer("find", "law").nearest("cost") == "find"


@pytest.mark.parametrize("section", SECTIONS)
def test_the_answer_stands_in_for_a_section_that_nothing_stands_in_for(section):
    assert answer().nearest(section) is None


@pytest.fixture
def two_sections(data, monkeypatch) -> Library:
    """The answers in use, with a service that has only `find` and `law`."""
    path = data / f"faq/{SERVICE}.yml"
    head, _, tail = path.read_text().partition("sections:\n")
    kept = 'sections:\n  find: "Ask for it."\n  law: "Laws."\n'
    path.write_text(head + kept + tail[tail.index("urgent_note:") :])
    answers = Library(data / "faq")
    for user in ("actions.turn", "actions.answers", "actions.reply", "bot.evaluation.report"):
        monkeypatch.setattr(f"{user}.library", lambda: answers)
    return answers


def test_a_service_may_leave_sections_out(data, two_sections):
    problems = [str(problem) for problem in check(data).problems]
    assert [problem for problem in problems if "is missing" in problem] == []


def test_buttons_lead_to_the_sections_that_there_are(two_sections):
    targets = [button.target for button in reply_of(two_sections, Address(SERVICE)).buttons]
    assert [target.part for target in targets] == ["more", "find", "law"]


@pytest.mark.parametrize(("asked", "shown"), [("law", "law"), ("cost", "find"), ("evidence", None), ("what", None)])
def test_a_reply_shows_the_nearest_and_says_so_by_its_address(two_sections, asked, shown):
    assert reply_of(two_sections, Address(SERVICE, asked)).answer == Address(SERVICE, shown)


def turn(label: str = "", section: str | None = None, topic: str = "", picked: Address | None = None) -> Turn:
    on = Address.parse(topic) if topic else None
    return Turn(
        intent=label.partition("/")[0],
        labels=(label,),
        section=section,
        service=None,
        may_be_danger=False,
        checked=False,
        picked=picked,
        topic=on,
        country=None,
    )


@pytest.mark.parametrize(("asked", "shown"), [("law", "law"), ("cost", "find"), ("evidence", None)])
def test_a_question_about_a_service_gets_the_nearest(two_sections, asked, shown):
    assert turn(SERVICE, section=asked).best_answer == Address(SERVICE, shown)


@pytest.mark.parametrize(("asked", "shown"), [("law", "law"), ("cost", "find"), ("evidence", None), ("what", None)])
def test_a_follow_up_stays_with_the_service_that_the_conversation_is_on(two_sections, asked, shown):
    assert turn(f"section/{asked}", topic=SERVICE).best_answer == Address(SERVICE, shown)


def test_a_follow_up_on_an_answer_that_is_no_service_means_harm_reduction():
    assert turn("section/cost", topic="faq/crime").best_answer == Address("faq/cost_effective")


def test_an_old_button_to_a_section_that_is_gone_gets_the_nearest(two_sections):
    assert ActionPick().reply(turn(picked=Address(SERVICE, "cost"))).answer == Address(SERVICE, "find")


@pytest.mark.parametrize(("got", "right"), [("find", True), ("law", False), (None, False)])
def test_the_nearest_is_right_when_the_assistant_is_measured(two_sections, got, right):
    question = Labelled(Address(SERVICE, "cost"), "what does it cost", "service")
    assert Result(question, Asked(question.text, SERVICE, got, 1.0, Kind.ANSWER)).outcome.section_right is right


def test_a_source_can_back_the_answer_only():
    source = Source("A book", "https://example.org", ("answer",))
    backed = Answer("faq/x", "X", "", "X.", (source,), "2026-11-29", "project author", more="More.")
    assert (backed.sources_of(None), backed.sources_of("more")) == ((source,), ())
