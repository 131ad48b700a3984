"""Tunes the sentence encoder to what people write here: `make tune`, some 30 minutes on two cores.

It learns small changes to the published weights from our example questions and messages on danger, and writes them to
encoder_tuning.npz beside it, which tools/build_encoder.py adds to the weights. Training and serving never run this. How
and why: docs/adr/0027-the-encoder-is-tuned.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf

from bot.content import DATA
from bot.content.answers import OUT_OF_SCOPE
from bot.content.examples import example_questions
from bot.danger.cards import CRISIS, OVERDOSE
from bot.danger.messages import NOT_URGENT, danger_documents, labelled_messages
from bot.matching.encoder import SCALES
from bot.matching.encoder_files import MAX_TOKENS, TOKENIZER_FILE, TUNING_FILE
from bot.matching.held_out import is_held_out
from bot.matching.ordinary import Part, ordinary_messages
from bot.matching.questions import uncorrected
from bot.matching.spelling import normalise
from tools.build_encoder import HEADS, LAST_LAYER, LAYERS, MIDDLE_LAYER, SIZE, WEIGHTS_FILE, checked_weights

FIRST_TUNED, RANK = 3, 16
"""The first layer that is changed, counted from 0, and the rank of the changes."""
STEPS, AT_ONCE, WARM_UP = 1_800, 64, 200
RATE, HEADS_RATE, DROPPED = 5e-4, 2e-3, 0.1
TOPIC_SHARPNESS, DANGER_SHARPNESS = 20.0, 10.0
TOPIC_SMOOTHING, DANGER_SMOOTHING = 0.1, 0.05
STRANGE, ORDINARY = 3_000, 16_000
"""How many messages of ordinary chat are out of scope, and how many are no danger."""
_PARTS = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
          "intermediate.dense", "output.dense")  # fmt: skip

Floats = npt.NDArray[np.float32]
Batch = tuple[Floats, Floats, npt.NDArray[np.intp]]
"""What the first layers make of some texts, the mask that goes with it, and their labels."""


@dataclass(frozen=True)
class Lesson:
    """Texts, what the untuned layers make of each, shape (tokens, 384), and the number of its label."""

    hidden: Sequence[npt.NDArray[np.float16]]
    labels: npt.NDArray[np.intp]


class Bert:
    """BERT (Devlin et al. 2019) with changes of low rank to its last layers (LoRA: Hu et al. 2021)."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = {name: tf.constant(value) for name, value in weights.items()}
        random = np.random.default_rng(0)
        self.changes: dict[str, tuple[tf.Variable, tf.Variable]] = {}
        for layer in range(FIRST_TUNED, LAYERS):
            for part in _PARTS:
                name = f"encoder.layer.{layer}.{part}"
                high, wide = weights[f"{name}.weight"].shape
                down = random.normal(0, wide**-0.5, (RANK, wide)).astype(np.float32)
                self.changes[name] = tf.Variable(down), tf.Variable(np.zeros((high, RANK), np.float32))

    def untuned(self, ids: npt.NDArray[np.int32], mask: Floats) -> tf.Tensor:
        """Return what the first layers make of tokens, (texts, tokens, 384); the mask is 1 where there are some."""
        weights = self._weights
        places = weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        summed = tf.gather(weights["embeddings.word_embeddings.weight"], ids) + places
        x = self._normalised(summed + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(FIRST_TUNED):
            x = self._layer(x, mask, f"encoder.layer.{layer}.", 0.0)
        return x

    def vectors(self, x: tf.Tensor, mask: tf.Tensor, dropped: float = 0.0) -> tf.Tensor:
        """Return the vectors of texts, as the encoder does, from what the first layers make of them: (texts, 768)."""
        means = {}
        for layer in range(FIRST_TUNED, LAYERS):
            x = self._layer(x, mask, f"encoder.layer.{layer}.", dropped)
            mean = tf.reduce_sum(x * mask[:, :, None], 1) / tf.reduce_sum(mask, 1)[:, None]
            means[layer + 1] = tf.math.l2_normalize(mean, 1)
        return tf.concat([means[LAST_LAYER], means[MIDDLE_LAYER]], 1)

    def _layer(self, x: tf.Tensor, mask: tf.Tensor, name: str, dropped: float) -> tf.Tensor:
        query, key, value = (self._heads(self._dense(x, f"{name}{part}")) for part in _PARTS[:3])
        likeness = tf.matmul(query, key, transpose_b=True) * (SIZE / HEADS) ** -0.5
        attention = tf.nn.softmax(likeness + (1 - mask[:, None, None, :]) * -1e9)
        joined = tf.reshape(tf.transpose(attention @ value, (0, 2, 1, 3)), tf.shape(x))
        x = self._added(x, self._dense(joined, f"{name}{_PARTS[3]}"), f"{name}attention.output.LayerNorm", dropped)
        wide = tf.nn.gelu(self._dense(x, f"{name}{_PARTS[4]}"))
        return self._added(x, self._dense(wide, f"{name}{_PARTS[5]}"), f"{name}output.LayerNorm", dropped)

    def _dense(self, x: tf.Tensor, name: str) -> tf.Tensor:
        found = tf.tensordot(x, self._weights[f"{name}.weight"], [[2], [1]]) + self._weights[f"{name}.bias"]
        if name not in self.changes:
            return found
        down, up = self.changes[name]
        return found + tf.tensordot(tf.tensordot(x, down, [[2], [1]]), up, [[2], [1]])

    def _added(self, below: tf.Tensor, found: tf.Tensor, norm: str, dropped: float) -> tf.Tensor:
        return self._normalised(below + (tf.nn.dropout(found, dropped) if dropped else found), norm)

    def _normalised(self, x: tf.Tensor, name: str) -> tf.Tensor:
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        scaled = (x - mean) * tf.math.rsqrt(variance + 1e-12)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    @staticmethod
    def _heads(x: tf.Tensor) -> tf.Tensor:
        parts = tf.reshape(x, (tf.shape(x)[0], tf.shape(x)[1], HEADS, SIZE // HEADS))
        return tf.transpose(parts, (0, 2, 1, 3))


class Lessons:
    """The first layers' work, which never changes: done once for each text."""

    def __init__(self, bert: Bert) -> None:
        from tokenizers import Tokenizer

        self._bert = bert
        self._tokenizer = Tokenizer.from_file(str(checked_weights() / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def of(self, texts: Sequence[str], labels: Sequence[str]) -> tuple[Lesson, int]:
        """Return what is to be learned of texts, and how many labels there are."""
        ids = [np.array(tokens.ids, np.int32) for tokens in self._tokenizer.encode_batch(list(texts))]
        hidden: list[Any] = [None] * len(ids)
        order = np.argsort([len(row) for row in ids], kind="stable")
        for first in range(0, len(order), 2 * AT_ONCE):
            numbers = order[first : first + 2 * AT_ONCE]
            found = self._bert.untuned(*padded([ids[number] for number in numbers])).numpy()
            for number, row in zip(numbers, found, strict=True):
                hidden[number] = row[: len(ids[number])].astype(np.float16)
        names, numbers = np.unique(np.asarray(labels), return_inverse=True)
        return Lesson(hidden, numbers), len(names)


def topics() -> tuple[list[str], list[str]]:
    """Return example questions and their answers, and ordinary messages, which are out of scope.

    Every eighth is held out: by these, training sees what a text scores that is no example. So are the first messages
    of data/conversations, which the matcher learns too, and from which it learns what a message refers to.
    """
    examples = [(normalise(uncorrected(text)), label) for label, text in example_questions(DATA / "nlu")]
    strange = [(normalise(text), OUT_OF_SCOPE) for text in ordinary_messages(Part.LEARN)[:STRANGE]]
    pairs = [pair for pair in examples + strange if pair[1] not in (OVERDOSE, CRISIS) and not is_held_out(pair[0])]
    return [text for text, _ in pairs], [label for _, label in pairs]


def danger() -> tuple[list[str], list[str]]:
    """Return messages in danger with their cards, near misses, questions and ordinary messages, which are `no`."""
    own = [(text, label) for document in danger_documents() for label, text, _ in labelled_messages(document)]
    asked = [
        (text, label if label.startswith("urgent/") else NOT_URGENT) for label, text in example_questions(DATA / "nlu")
    ][::2]
    ordinary = [(text, NOT_URGENT) for text in ordinary_messages(Part.LEARN)[:ORDINARY]]
    pairs = [*own, *asked, *ordinary]
    return [text for text, _ in pairs], [label for _, label in pairs]


class Tuner:
    """Learns topics and danger at once, so that the vectors serve both: each label is a direction (softmax of cosines).

    Args:
        bert: what is tuned.
        answers: how many labels the topics have.
        cards: how many labels danger has.
    """

    def __init__(self, bert: Bert, answers: int, cards: int) -> None:
        self._bert = bert
        self._changes = [variable for pair in bert.changes.values() for variable in pair]
        self._answers, self._cards = (
            tf.Variable(0.02 * tf.random.stateless_normal((count, 2 * SIZE), (0, count))) for count in (answers, cards)
        )
        self._bias = tf.Variable(tf.zeros(cards))
        self._optimizers = tf.keras.optimizers.Adam(RATE), tf.keras.optimizers.Adam(HEADS_RATE)
        self._step = tf.function(self._learn, autograph=False, reduce_retracing=True)

    def learn(self, topic: Batch, danger: Batch, pace: float) -> float:
        """Learn from a batch of each at a share of the learning rates, and return the loss."""
        for optimizer, rate in zip(self._optimizers, (RATE, HEADS_RATE), strict=True):
            optimizer.learning_rate.assign(rate * pace)
        return float(self._step(*map(tf.constant, (*topic, *danger))))

    def _learn(self, *both: tf.Tensor) -> tf.Tensor:
        heads = [self._answers, self._cards, self._bias]
        with tf.GradientTape() as tape:
            loss = self._loss(*both)
        slopes = tape.gradient(loss, [*self._changes, *heads])
        clipped, _ = tf.clip_by_global_norm(slopes[: len(self._changes)], 1.0)
        self._optimizers[0].apply_gradients(zip(clipped, self._changes, strict=True))
        self._optimizers[1].apply_gradients(zip(slopes[len(self._changes) :], heads, strict=True))
        return loss

    def _loss(
        self, asked: tf.Tensor, mask: tf.Tensor, answers: tf.Tensor, told: tf.Tensor, other: tf.Tensor, cards: tf.Tensor
    ) -> tf.Tensor:
        cosines = _cosines(self._bert.vectors(asked, mask, DROPPED) * SCALES, self._answers)
        likeness = _cosines(self._bert.vectors(told, other, DROPPED), self._cards)
        topics = _cross_entropy(answers, TOPIC_SHARPNESS * cosines, TOPIC_SMOOTHING)
        return topics + _cross_entropy(cards, DANGER_SHARPNESS * likeness + self._bias, DANGER_SMOOTHING)


def tune(bert: Bert) -> None:
    """Tune the encoder to what is known of topics and of danger."""
    lessons = Lessons(bert)
    (topic, answers), (risk, cards) = lessons.of(*topics()), lessons.of(*danger())
    tuner, losses = Tuner(bert, answers, cards), []
    for number, (one, other) in zip(range(STEPS), zip(_batches(topic), _batches(risk), strict=False), strict=False):
        pace = min(1.0, (number + 1) / WARM_UP) * max(0.02, 1 - number / STEPS)
        losses.append(tuner.learn(one, other, pace))
        if number % 100 == 99:
            print(f"{number + 1} of {STEPS}: loss {np.mean(losses[-100:]):.3f}", flush=True)


def _cosines(vectors: tf.Tensor, directions: tf.Tensor) -> tf.Tensor:
    return tf.matmul(vectors, tf.math.l2_normalize(directions, 1), transpose_b=True)


def _cross_entropy(labels: tf.Tensor, scores: tf.Tensor, smoothing: float) -> tf.Tensor:
    count = scores.shape[1]
    wanted = tf.one_hot(labels, count) * (1 - smoothing) + smoothing / count
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))


def _batches(lesson: Lesson) -> Iterator[Batch]:
    """Yield batches of texts of about the same length, in random order, for ever."""
    random = np.random.default_rng(0)
    while True:
        order = random.permutation(len(lesson.hidden))
        for first in range(0, len(order) - 16 * AT_ONCE, 16 * AT_ONCE):
            near = sorted(order[first : first + 16 * AT_ONCE], key=lambda number: len(lesson.hidden[number]))
            for part in random.permutation(16):
                numbers = near[part * AT_ONCE : (part + 1) * AT_ONCE]
                yield *padded([lesson.hidden[number] for number in numbers]), lesson.labels[numbers]


def padded(rows: Sequence[npt.NDArray[Any]]) -> tuple[Any, Floats]:
    """Return rows in one array, padded with zeros, and a mask that is 1 where they are: shape (rows, longest)."""
    longest = max(map(len, rows))
    dtype = np.int32 if rows[0].ndim == 1 else np.float32
    joined = np.zeros((len(rows), longest, *rows[0].shape[1:]), dtype)
    mask = np.zeros((len(rows), longest), np.float32)
    for number, row in enumerate(rows):
        joined[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return joined, mask


def main() -> None:
    """Tune the encoder, and write what was learned."""
    from safetensors.numpy import load_file

    tf.random.set_seed(0)
    bert = Bert(load_file(checked_weights() / WEIGHTS_FILE))
    tune(bert)
    changes = {}
    for name, (down, up) in bert.changes.items():
        changes[f"{name}.down"], changes[f"{name}.up"] = (part.numpy().astype(np.float16) for part in (down, up))
    np.savez_compressed(TUNING_FILE, **changes)
    print(f"Written to {TUNING_FILE}.")


if __name__ == "__main__":
    main()
