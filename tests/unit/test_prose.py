"""Whether a text begins with yes or no, and its reading grade. That all answers pass: test_content.py."""

from __future__ import annotations

import pytest

from bot.checking.prose import reading_grade, says_yes_or_no

YES_OR_NO = """
Yes. It works.|Yes: it works.|"Yes", says the CDC.|- Yes, it works|1. No.|No.|No, it doesn't.|No: it helps people.|no|Nope.|Yeah, mostly.
No it doesn't.|Nobody should be judged.|No one has to stop.|Not at all. It helps.|Not really.|Not necessarily, because laws differ.
Of course. Ask at a service.|Absolutely!|Definitely, and here's why.|Sure, there are several.|True. It saves money.|Indeed, it does.
It does. Research shows it.|It does work.|It doesn't. Research shows it.|It does not promote drug use.|It didn\u2019t raise crime.|They do, mostly.
It is.|It isn't, because laws differ.|There are: ask a service.|You can. Ask first.|You can't, but a doctor can.|It won't, says the CDC.|I am: a program.
That's true, and research backs it.|It's a myth.|That\u2019s not right.|That is wrong.
"""
POINTS = """
Harm reduction works, and research backs it.|Harm reduction doesn't promote drug use.|No test can promise that a drug is safe.
No naloxone? Keep giving breaths.|No bath or shower.|They don't want the ambulance? Stay.|You can get help to find a home.|You don't have to stop.
You have the same rights as everyone else.|It's your change, so you set the goal.|It can feel like dying, but it passes.|It depends on where you are.
Notice small steps.|Not sure? Treat it as an overdose.|Nothing you write is kept.|Never take naloxone for it.|Note the time.|I can't advise on your own case.
I do not give doses to anyone.|Surely you know this.|Rights aren't always respected.|They're practical, safe and good value.|Yesterday is over.
"""


def phrases(lines: str) -> list[str]:
    return [phrase for line in lines.strip().splitlines() for phrase in line.split("|")]


@pytest.mark.parametrize("text", phrases(YES_OR_NO))
def test_yes_and_no_are_recognised_in_whatever_words(text):
    assert says_yes_or_no(text)


@pytest.mark.parametrize("text", phrases(POINTS))
def test_a_point_is_neither_yes_nor_no(text):
    assert not says_yes_or_no(text)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", 0.39 * 6 + 11.8 - 15.59),
        ("The cat sat. The dog ran.", 0.39 * 3 + 11.8 - 15.59),
        ("- the cat\n- the dog\n", 0.39 * 2 + 11.8 - 15.59),
        ("Call [911](tel:911) now.", 0.39 * 2 + 11.8 - 15.59),
        ("Naloxone reverses an overdose.", 0.39 * 4 + 11.8 * 10 / 4 - 15.59),
        ("112", 0.0),
    ],
)
def test_the_grade_is_that_of_flesch_and_kincaid(text, grade):
    assert reading_grade(text) == pytest.approx(grade)
