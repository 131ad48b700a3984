"""Sorts what people say after an urgent reply about someone's body. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bot.content.answers import URGENT_GROUP
from bot.content.yaml_files import Document
from bot.matching.encoder import Vectors, meaning
from bot.matching.matcher import Matcher
from bot.matching.reading import Passage
from bot.matching.spelling import normalise

STAY, GO_ON = "stay", "go_on"
"""What comes next if it is no answer: the same steps, since nothing has changed; or whatever the message asks for."""
SURE_IT_IS_OVER = 0.6
"""How sure it must be that no urgent card is needed any more, or it stays with the last one."""
_OTHERS = 100
"""How many example questions, about anything, teach what it is to go on. More of them cost reports: docs/safety.md."""
_FOLDER = "follow_ups"

Encode = Callable[[Iterable[str]], Vectors]


class FollowUps:
    """Says what comes next, by the messages of data/danger/follow_ups.yml.

    Args:
        matcher: has learned from them.
    """

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    @classmethod
    def learn(cls, documents: Iterable[Document], questions: Sequence[str], encode: Encode) -> FollowUps:
        """Learn.

        Args:
            documents: the files of data/danger/.
            questions: example questions that aren't urgent.
            encode: makes vectors of texts, shape (n, 768).
        """
        others = questions[:: max(1, len(questions) // _OTHERS)]
        labelled = [*_reports(documents), *((GO_ON, text) for text in others)]
        labels, texts = zip(*((label, normalise(text)) for label, text in labelled), strict=True)
        return cls(Matcher.train(texts, meaning(encode(texts)), labels))

    def next(self, passage: Passage) -> str:
        """Return the id of the answer that comes next, STAY or GO_ON."""
        best = self._matcher.rank(passage.read, meaning(passage.vectors))[0]
        is_card = best.label.startswith(f"{URGENT_GROUP}/")
        return best.label if is_card or best.confidence >= SURE_IT_IS_OVER else STAY

    def save(self, folder: Path) -> None:
        """Write what was learned below a model's folder."""
        (folder / _FOLDER).mkdir()
        self._matcher.save(folder / _FOLDER)

    @classmethod
    def load(cls, folder: Path) -> FollowUps:
        """Read what `save` wrote."""
        return cls(Matcher.load(folder / _FOLDER))


def _reports(documents: Iterable[Document]) -> Iterator[tuple[str, str]]:
    """Yield messages, each with what comes next."""
    for document in documents:
        for follow_up in document.data.get("follow_ups", ()):
            for text in follow_up["messages"]:
                yield follow_up.get("answer") or follow_up["then"], text
