"""The way from text to decision without Rasa around it, for any labels: spelling, encoder, matcher, decision."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.answers import OUT_OF_SCOPE
from bot.matching.decision import Decision, Thresholds, decide
from bot.matching.encoder import Encoder, meaning
from bot.matching.encoder_files import ENCODER_FILE, common_words, encoder_folder
from bot.matching.matcher import Matcher
from bot.matching.spelling import Spelling


class Pipeline:
    """Learns labels from sentences, and decides about other sentences with the product's default thresholds.

    Args:
        texts: the example sentences.
        labels: a label for each.
        out_of_scope: the label of sentences that none of the others fits, in the examples or not.
        encoder_file: which of the converted encoders to use.
    """

    def __init__(
        self, texts: Sequence[str], labels: Sequence[str], out_of_scope: str = OUT_OF_SCOPE,
        encoder_file: str = ENCODER_FILE,
    ) -> None:  # fmt: skip
        self._out_of_scope = out_of_scope
        self._encoder = Encoder(encoder_folder(), encoder_file)
        self._spelling = Spelling.learn(texts, common_words(encoder_folder()))
        as_read = [self._spelling.read(text) for text in texts]
        self._matcher = Matcher.train(as_read, meaning(self._encoder.encode_all(as_read)), labels)

    def decide(self, text: str) -> Decision:
        """Decide about a sentence."""
        as_read = self._spelling.read(text)
        return decide(
            self._matcher.rank(as_read, meaning(self._encoder.encode(as_read))), Thresholds(), self._out_of_scope
        )
