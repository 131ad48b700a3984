"""The verbs of `python -m bot`. Each loads what it needs, runs it, and turns what can go wrong into a sentence."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content import ROOT
from bot.privacy.logs import withhold_words
from bot.privacy.memory import never_dump_memory, wipe_what_is_freed
from bot.settings import WrongSetting, environment, read_settings

if TYPE_CHECKING:
    from rasa.core.agent import Agent


class Failed(Exception):
    """A verb can't do its work; the message says what happened, where, and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; return the exit code."""
    withhold_words()
    options = _parser().parse_args(arguments)
    try:
        code: int | None = options.verb(options)
    except (Failed, WrongSetting) as failure:
        print(failure, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The harm reduction assistant.")
    verbs = parser.add_subparsers(metavar="verb", required=True)

    run = verbs.add_parser("run", help="serve the assistant: web chat, and every channel that is set up")
    run.set_defaults(verb=_run)

    train = verbs.add_parser("train", help="train the model, if what it learns from has changed")
    train.set_defaults(verb=_train)

    chat = verbs.add_parser("chat", help="talk with the assistant here")
    chat.set_defaults(verb=_chat)

    check = verbs.add_parser("check", help="check all answers and example questions")
    check.set_defaults(verb=_check)

    ask = verbs.add_parser("ask", help="show what a question would be answered with, and why")
    ask.add_argument("question", nargs="*", help="the question")
    ask.add_argument(
        "--json", action="store_true", help="read a question a line from standard input, write a JSON object a line"
    )
    ask.set_defaults(verb=_ask)

    evaluate = verbs.add_parser("evaluate", help="measure how well questions are matched")
    evaluate.add_argument("files", nargs="*", type=Path, help="labelled questions: id<TAB>question, one a line")
    evaluate.add_argument("--robust", action="store_true", help="also ask them with typos, and in lower case")
    evaluate.add_argument("--picture", type=Path, metavar="FILE.png", help="draw how far confidence can be believed")
    evaluate.add_argument("--train", type=Path, metavar="A.csv", help="instead, train on any sentences: sentence,label")
    evaluate.add_argument("--test", type=Path, metavar="B.csv", help="and measure on these")
    evaluate.add_argument("--oos", metavar="LABEL", default="out_of_scope", help="their label for what is out of scope")
    evaluate.set_defaults(verb=_evaluate)
    return parser


def _check(options: argparse.Namespace) -> int:
    from bot.checking.checks import check
    from bot.rasa.training import danger_problems

    report = check()
    report.problems += danger_problems()
    for problem in report.problems:
        print(problem)
    for note in report.notes:
        print(f"Note: {note}")
    if report.problems:
        print(f"{len(report.problems)} problems in {report.answers} answers and {report.examples} example questions.")
        return 1
    print(f"{report.answers} answers and {report.examples} example questions are in order.")
    return 0


def _train(options: argparse.Namespace) -> None:
    print(f"The model is {_trained_model().name}.")


def _run(options: argparse.Namespace) -> None:
    settings = read_settings()
    withhold_words(settings.log_level, settings.log_format)
    never_dump_memory()
    model = _trained_model()
    wipe_what_is_freed(environment())
    from bot.privacy.locks import RedisKeeps
    from bot.privacy.store import NeverForgets
    from bot.serve import BrokenAnswers, PortTaken, serve

    try:
        serve(model, settings)
    except (PortTaken, BrokenAnswers, RedisKeeps, NeverForgets) as failure:
        raise Failed(str(failure)) from failure


def _chat(options: argparse.Namespace) -> None:
    from bot.terminal import chat

    asyncio.run(chat(_agent()))


def _ask(options: argparse.Namespace) -> None:
    if not options.json and not options.question:
        raise Failed('Ask something: python -m bot ask "is drug checking legal?"')
    from bot.terminal import ask_and_explain, ask_as_json

    agent = _agent()
    asyncio.run(ask_as_json(agent, sys.stdin) if options.json else ask_and_explain(agent, " ".join(options.question)))


def _evaluate(options: argparse.Namespace) -> int:
    if options.train or options.test:
        return _evaluate_labels(options)
    from bot.evaluation.labelled import WrongQuestions, read_questions

    files = options.files or sorted((ROOT / "tests" / "questions").glob("*.tsv"))
    try:
        questions = read_questions(files)
    except WrongQuestions as wrong:
        raise Failed(str(wrong)) from wrong
    from bot.evaluation.charts import reliability_diagram
    from bot.evaluation.report import evaluate, print_report, print_robustness, reliability_of

    agent = _agent()
    results = asyncio.run(evaluate(agent, questions))
    print_report(results)
    if options.robust:
        asyncio.run(print_robustness(agent, questions))
    if options.picture:
        reliability_diagram(reliability_of(results), options.picture)
    return 0


def _evaluate_labels(options: argparse.Namespace) -> int:
    if not (options.train and options.test) or options.files:
        raise Failed("Name both files, and no others: python -m bot evaluate --train A.csv --test B.csv --oos LABEL")
    from bot.evaluation.labelled import WrongQuestions
    from bot.evaluation.tables import read_table

    try:
        examples, questions = read_table(options.train), read_table(options.test)
    except WrongQuestions as wrong:
        raise Failed(str(wrong)) from wrong
    from bot.evaluation.any_labels import evaluate_labels
    from bot.matching.conversion import EncoderUnavailable

    try:
        evaluate_labels(examples, questions, options.oos)
    except EncoderUnavailable as failure:
        raise Failed(str(failure)) from failure
    return 0


def _trained_model() -> Path:
    """Return the model for the present data, training it if there is none yet."""
    from bot.rasa.training import TrainingFailed, current_model, missing_files, train

    missing = missing_files()
    if missing:
        raise Failed(f"{', '.join(missing)} is missing in {ROOT}. Put it back, or run this from a whole checkout.")
    model = current_model()
    if model.exists():
        return model
    from bot.checking.checks import check

    problems = check().problems
    if problems:
        raise Failed("\n".join([*map(str, problems), "Mend this first, then try again."]))
    print("The training data is new: training, about two minutes …", file=sys.stderr)
    try:
        return train()
    except TrainingFailed as failure:
        raise Failed(str(failure)) from failure


def _agent() -> Agent:
    settings = read_settings()
    model = _trained_model()
    from bot.content.library import library

    if library().problems:
        raise Failed("\n".join(map(str, library().problems)))
    from bot.rasa.agent import load_agent

    return load_agent(model, settings)
