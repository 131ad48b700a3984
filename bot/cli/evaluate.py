"""`python -m bot evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failed import Failed, failing_on
from bot.cli.loading import assistant
from bot.content import QUESTIONS


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled questions, id<TAB>question: files, or folders of them.")
    ] = None,
    robust: Annotated[bool, typer.Option("--robust", help="Also ask them with typos, and in lower case.")] = False,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw how far confidence can be trusted.")
    ] = None,
    train: Annotated[
        Path | None, typer.Option(metavar="A.csv", help="Instead, train on any sentences: sentence,label.")
    ] = None,
    test: Annotated[Path | None, typer.Option(metavar="B.csv", help="And measure on these.")] = None,
    oos: Annotated[str, typer.Option(metavar="LABEL", help="Their label for what is out of scope.")] = "out_of_scope",
) -> None:
    """Measure how well questions are matched; list the worst mix-ups."""
    if not train and not test:
        _our_questions(files or [QUESTIONS], robust, picture)
    elif train and test and not files:
        _any_labels(train, test, oos)
    else:
        raise Failed("Name both files, and no others: python -m bot evaluate --train A.csv --test B.csv --oos LABEL")


def _our_questions(paths: Sequence[Path], robust: bool, picture: Path | None) -> None:
    import asyncio

    from bot.evaluation.labelled import WrongQuestions, read_questions

    with failing_on(WrongQuestions):
        questions = read_questions(paths)
    from bot.evaluation.charts import reliability_diagram
    from bot.evaluation.report import evaluate, print_report, print_robustness, reliability_of

    loaded = assistant()
    results = asyncio.run(evaluate(loaded, questions))
    print_report(results)
    if robust:
        asyncio.run(print_robustness(loaded, questions))
    if picture:
        reliability_diagram(reliability_of(results), picture)


def _any_labels(train: Path, test: Path, out_of_scope: str) -> None:
    from bot.evaluation.labelled import WrongQuestions
    from bot.evaluation.tables import read_table

    with failing_on(WrongQuestions):
        examples, questions = read_table(train), read_table(test)
    from bot.evaluation.any_labels import evaluate_labels
    from bot.matching.encoder_files import EncoderUnavailable

    with failing_on(EncoderUnavailable):
        evaluate_labels(examples, questions, out_of_scope)
