"""Danger is recognised, and what isn't danger is not taken for it."""

from __future__ import annotations

import asyncio

import pytest

from bot.checking.danger import problems
from bot.content import DATA
from bot.content.examples import example_questions
from bot.content.reply import Kind, Reply
from bot.conversation.explain import ask_each
from bot.conversation.messages import Said
from bot.danger.directory import directory
from bot.danger.follow_ups import GO_ON, STAY
from bot.danger.messages import danger_documents, labelled_messages
from tests.support.copies import nearly_the_same
from tests.support.cores import on_all_cores
from tests.support.screening import MESSAGES, Screened

FEWEST = 300
LEAST_FOUND = {"messages": 0.905, "blind": 0.945}
LEAST_NOTICED = {"messages": 0.96, "blind": 0.975}
MOST_FALSE_ALARMS = {"messages": 0.045, "blind": 0.03}
MOST_FALSE_ALARMS_ELSEWHERE = 0.006
LEAST_URGENT_QUESTIONS = 0.88
MOST_URGENT_OF_OWN_ANSWER = 0.15
LEAST_RIGHT_AFTER_A_CARD = 0.8
CARD = "urgent/overdose"
IT_IS_OVER = ("support/all_clear", "support/in_good_hands")


@pytest.fixture(params=["messages", "blind"])
def file(request) -> str:
    return request.param


@pytest.fixture
def screened(request, file) -> list[Screened]:
    return request.getfixturevalue(f"screened_{file}")


def listed(messages: list[Screened]) -> str:
    return "\n".join(f"{message.wanted} -> {message.got}: {message.text}" for message in messages)


def test_every_rule_finds_its_messages_and_no_near_miss():
    assert [str(problem) for problem in problems()] == []


def test_a_country_shows_the_lines_for_everywhere_too():
    assert all("findahelpline.com" in str(country.crisis[-1]) for country in directory().values())


def test_there_are_enough_messages_and_half_are_near_misses(screened):
    assert len(screened) >= FEWEST
    assert sum(not message.urgent for message in screened) >= len(screened) / 2


def test_no_message_is_also_learned_from(file):
    learned = [text for document in danger_documents() for _, text, _ in labelled_messages(document)]
    learned += [text for _, text in example_questions(DATA / "nlu")]
    sent = [line.split("\t")[2] for line in (MESSAGES / f"{file}.tsv").read_text().splitlines()]
    copies = nearly_the_same(sent, learned)
    assert copies == [] if file == "messages" else len(copies) == 0, (
        "copies of blind ones, whose words nobody is to read"
    )


def test_danger_is_recognised(file, screened):
    urgent = [message for message in screened if message.urgent]
    missed = [message for message in urgent if not message.got]
    assert len(missed) <= (1 - LEAST_FOUND[file]) * len(urgent), listed(missed)


def test_what_may_be_danger_is_at_least_asked_about(file, screened):
    urgent = [message for message in screened if message.urgent]
    missed = [message for message in urgent if not message.got and not message.checked]
    assert len(missed) <= (1 - LEAST_NOTICED[file]) * len(urgent), listed(missed)


def test_near_misses_are_not_taken_for_danger(file, screened):
    near = [message for message in screened if not message.urgent]
    false_alarms = [message for message in near if message.got]
    assert len(false_alarms) <= MOST_FALSE_ALARMS[file] * len(near), listed(false_alarms)


def test_other_questions_are_not_taken_for_danger(evaluated):
    others = [result for result in evaluated if not result.question.wanted.answer_id.startswith("urgent/")]
    false_alarms = [result.question.text for result in others if result.got.decision == "urgent"]
    assert len(false_alarms) <= MOST_FALSE_ALARMS_ELSEWHERE * len(others), "\n".join(false_alarms)


def test_urgent_questions_are_taken_for_danger(evaluated):
    urgent = [result for result in evaluated if result.question.wanted.answer_id.startswith("urgent/")]
    missed = [result.question.text for result in urgent if result.got.decision != "urgent"]
    assert len(missed) <= (1 - LEAST_URGENT_QUESTIONS) * len(urgent), "\n".join(missed)


def test_what_has_an_answer_of_its_own_seldom_gets_an_urgent_card(assistant):
    async def urgent(texts):
        return [asked.danger == "urgent" for asked in await ask_each(assistant, texts)]

    texts = [line.split("\t")[1] for line in (MESSAGES / "own_answer.tsv").read_text().splitlines()]
    taken = on_all_cores(lambda share: asyncio.run(urgent(share)), texts)
    wrong = [text for text, is_urgent in zip(texts, taken, strict=True) if is_urgent]
    assert len(wrong) <= MOST_URGENT_OF_OWN_ANSWER * len(texts), "\n".join(wrong)


def test_no_report_after_a_card_is_also_learned_from():
    follow_ups = [one for document in danger_documents() for one in document.data.get("follow_ups", ())]
    learned = [text for one in follow_ups for text in one["messages"]]
    assert nearly_the_same([text for _, text in reports()], learned) == []


def test_what_people_report_after_a_card_leads_to_the_next_one(assistant):
    """Of messages by a hand that saw neither examples nor code; some misses have been seen since, so it flatters."""

    async def right(rows):
        found = []
        for number, (wanted, text) in rows:
            conversation = f"after-a-card-{number}"
            await assistant.reply(Said(conversation, "test", button=CARD))
            found.append(_comes_next(await assistant.reply(Said(conversation, "test", text))) == wanted)
        return found

    found = on_all_cores(lambda share: asyncio.run(right(share)), list(enumerate(reports())))
    wrong = [": ".join(report) for report, is_right in zip(reports(), found, strict=True) if not is_right]
    assert len(wrong) <= (1 - LEAST_RIGHT_AFTER_A_CARD) * len(found), "\n".join(wrong)


def reports() -> list[tuple[str, ...]]:
    """Return what comes next and the message, for each that is said after a card."""
    return [tuple(line.split("\t")) for line in (MESSAGES / "after_a_card.tsv").read_text().splitlines()]


def _comes_next(replies: list[Reply]) -> str:
    first = replies[0]
    if first.answer and str(first.answer) != CARD and (first.is_urgent or str(first.answer) in IT_IS_OVER):
        return str(first.answer)
    return STAY if first.is_urgent or (first.kind is Kind.CLARIFY and first.checks) else GO_ON
