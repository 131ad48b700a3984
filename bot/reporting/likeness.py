"""Puts questions that were passed on together by likeness, each group with the answer that is nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

from bot.content.answers import NO_TOPICS, Answer
from bot.matching.encoder import Encoder, meaning
from bot.matching.encoder_files import encoder_folder
from bot.matching.spelling import normalise
from bot.privacy.tally import PassedOn

_FARTHEST = 0.5
"""The cosine distance, on average, at which questions are no longer of one group."""
_EXAMPLES = 5
"""How many example questions of each answer it is compared with."""

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Makes a row of each text."""


@dataclass(frozen=True)
class Group:
    """Questions that are alike, the id of the nearest answer, and how near it is, from 0 to 1."""

    questions: tuple[PassedOn, ...]
    nearest: str
    likeness: float


def grouped(
    questions: Sequence[PassedOn],
    answers: Iterable[Answer],
    examples: Iterable[tuple[str, str]],
    encode: Encode | None = None,
) -> list[Group]:
    """Return the groups, the largest first."""
    if not questions:
        return []
    encode = encode or _encode
    known = list(_known(answers, examples))
    rows = _of_length_one(encode([normalise(one.text) for one in questions]))
    nearness = rows @ _of_length_one(encode([normalise(text) for _, text in known])).T
    members: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(_groups(rows)):
        members[group].append(index)
    found = []
    for indices in members.values():
        likeness = nearness[indices].mean(axis=0)
        best = int(likeness.argmax())
        found.append(Group(tuple(questions[index] for index in indices), known[best][0], float(likeness[best])))
    return sorted(found, key=lambda group: -len(group.questions))


def _groups(rows: npt.NDArray[np.float32]) -> Sequence[int]:
    if len(rows) == 1:
        return [1]
    found: Sequence[int] = fcluster(linkage(rows, "average", "cosine"), _FARTHEST, "distance").tolist()
    return found


def _known(answers: Iterable[Answer], examples: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yield the ids of answers, each with texts that say what it is about."""
    ids = {answer.id: answer for answer in answers if answer.group not in NO_TOPICS}
    taken: dict[str, list[str]] = defaultdict(list)
    for answer_id, text in examples:
        if answer_id in ids and len(taken[answer_id]) < _EXAMPLES:
            taken[answer_id].append(text)
    titles = ((answer.id, answer.title) for answer in ids.values())
    return chain(titles, ((answer_id, text) for answer_id, texts in taken.items() for text in texts))


def _of_length_one(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    scaled: npt.NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled


def _encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return meaning(Encoder(encoder_folder()).encode_all(texts))
