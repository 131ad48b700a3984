"""TopicMatcher: which answer a message asks for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import DATA, yaml_files
from bot.content.answers import NO_TOPICS, OUT_OF_SCOPE, PLEASANTRIES, SECTION_GROUP, URGENT_GROUP, Address
from bot.content.conversations import conversations
from bot.content.examples import example_questions
from bot.danger.cards import CRISIS, OVERDOSE
from bot.matching.conversations import learn_reference
from bot.matching.decision import CLARIFY, FALLBACK, Thresholds, decide
from bot.matching.encoder import meaning
from bot.matching.known_vectors import known_vectors
from bot.matching.learned_examples import LearnedExamples
from bot.matching.matcher import Candidate, Matcher
from bot.matching.names import Name, NameFinder
from bot.matching.ordinary import Part, ordinary_messages
from bot.matching.questions import asks
from bot.matching.reading import Passage, Reading
from bot.matching.reference import Context, Reference, Turn
from bot.matching.spelling import normalise
from bot.rasa.components.base import Component
from bot.rasa.components.context import context_of
from bot.rasa.components.encoder import SentenceEncoder
from bot.rasa.components.message import (
    FOLLOW_UP,
    GOES_ON,
    IS_PLACE,
    is_settled,
    may_be_danger,
    names_of,
    note_danger,
    set_urgent,
    with_readings,
)
from bot.rasa.components.names import ENTITIES_FILE

CLARIFY_INTENT = "clarify"
STRANGE = 3_000
"""How many ordinary messages the matcher learns as out of scope."""
STRANGE_IN_CONVERSATION = 150
"""How many others teach, in the middle of conversations, that a message may lean on nothing."""
_SMALL_TALK = re.compile(
    r"^\S+(\s\S+)?$|\b(hi|hello|hey|thanks?|bye|welcome|morning|night|how are you)\b", re.IGNORECASE
)
"""What of them isn't strange: greetings and the like have answers of their own."""
ALSO_ENTITY = "also"
SURE = 0.75
"""How sure it must be what a question of several asks for, or the message is read as one."""
SURE_WHEN_OVER = 0.4
"""The same of a question once the worst of an emergency is over, or if the message sounds as if it were."""
SURE_OF_DANGER = 0.6
"""How sure an urgent answer must be if DangerGuard found nothing."""
CALM = ("law", "people", "field", "faq", "goal", "principle", "boundary")
"""Groups of answers that nobody asks for in the middle of an emergency."""
OVER = ("urgent/awake_again", "urgent/help_is_coming")
"""Urgent answers after which the worst is over."""
_CHAT = "chat"
_RANKED = 10
"""How many candidates go into a message's ranking."""

Rankings = Mapping[str, list[Candidate]]
"""How passages are ranked, by what was read of them."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicMatcher(Component, IntentClassifier):
    """Finds the answer that a message asks for, and decides: answer, ask back, or fall back.

    It fills what Rasa's own classifiers and response selector fill, so that Rasa's tools keep working:
    `intent` is the group (`clarify` or `out_of_scope` if no answer is sure enough), `response_selector` has the ranking
    of full ids.
    """

    _matcher: Matcher
    _reference: Reference
    _thresholds: Thresholds

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what makes the vectors."""
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the thresholds; config.yml can change them."""
        return dataclasses.asdict(Thresholds())

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from example questions and the first messages of conversations; from ordinary ones, what is strange.

        DangerGuard knows overdose and crisis better. Of the other urgent cards this is a second look: it is believed if
        it is very sure, or DangerGuard found that there may be danger; else it is asked. They aren't raised for having
        few examples, which would make more false alarms.
        """
        examples = [
            (reading.whole, example.get_full_intent())
            for example, reading in with_readings(training_data.intent_examples)
            if example.get_full_intent() not in (OVERDOSE, CRISIS)
        ]
        ordinary = [normalise(text) for text in ordinary_messages(Part.LEARN) if not _SMALL_TALK.search(text)]
        strange = ordinary[:STRANGE]
        begun = [talk[0] for talk in conversations() if talk[0].about[0] not in (OVERDOSE, CRISIS, OUT_OF_SCOPE)]
        texts = [*(normalise(message.text) for message in begun), *strange]
        with known_vectors() as known:
            vectors = np.vstack([*(passage.vectors for passage, _ in examples), known.encode_all(texts)])
        matcher, left_out = Matcher.train_leaving_out(
            range(len(examples), len(examples) + len(begun)),
            [*(passage.read for passage, _ in examples), *texts],
            meaning(vectors),
            [*(label for _, label in examples), *(message.about[0] for message in begun), *[OUT_OF_SCOPE] * STRANGE],
            lambda label: _group(label) != URGENT_GROUP,
        )
        reference = learn_reference(
            matcher,
            NameFinder(yaml_files.read(ENTITIES_FILE).data),
            {message.text: ranking[0].label for message, ranking in zip(begun, left_out, strict=True)},
            ordinary[STRANGE : STRANGE + STRANGE_IN_CONVERSATION],
        )

        def write(folder: Path) -> None:
            matcher.save(folder)
            reference.save(folder)
            LearnedExamples.of(example_questions(DATA / "nlu")).save(folder)

        return self.keep(write)

    def read(self, folder: Path) -> None:
        """Read the matcher, and what it learned of conversations."""
        self._matcher, self._reference = Matcher.load(folder), Reference.load(folder)
        self._thresholds = Thresholds(**{name: self.config[name] for name in self.get_default_config()})

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Set each message's intent and ranking."""
        unsettled = [(message, reading) for message, reading in with_readings(messages) if not is_settled(message)]
        context = context_of(tracker)
        rankings = self._rankings([reading for _, reading in unsettled], context)
        for message, reading in unsettled:
            self._process(message, reading, context, rankings)
        return messages

    def _rankings(self, readings: Sequence[Reading], context: Context | None) -> Rankings:
        """Return how each passage is ranked that may matter. All are ranked at once, which takes much less for each."""
        passages = {passage.read: passage for reading in readings for passage in _passages(reading, context)}
        if not passages:
            return {}
        vectors = meaning(np.stack([passage.vectors for passage in passages.values()]))
        return dict(zip(passages, self._matcher.rank_each(list(passages), vectors), strict=True))

    def _process(self, message: Message, reading: Reading, context: Context | None, rankings: Rankings) -> None:
        next_group = _moves_on(reading, context, bool(message.get(GOES_ON)), rankings)
        if (follow_up := message.get(FOLLOW_UP)) and next_group not in CALM:
            set_urgent(message, follow_up)
            return
        ranking = self._ranking(reading, names_of(message), context, next_group, rankings)
        if context and message.get(IS_PLACE) and _group(context.topic) != URGENT_GROUP:
            ranking = _led_by(context.topic, ranking)
        asked = _questions(reading, context, rankings)
        if context and next_group and _is_open(context.topic) and next_group not in CALM:
            note_danger(message, context.topic)
        if len(asked) > 1 or (asked and _group(ranking[0].label) in NO_TOPICS):
            ranking = _led_by(asked[0].answer_id, ranking)
        if _is_doubtful(ranking[0]) and not may_be_danger(message):
            note_danger(message, ranking[0].label)
            ranking = [one for one in ranking if _group(one.label) != URGENT_GROUP]
        self._classify(message, ranking, in_conversation=context is not None)
        _note_further(message, asked[1:])

    def _ranking(
        self, reading: Reading, names: Sequence[Name], context: Context | None, next_group: str, rankings: Rankings
    ) -> list[Candidate]:
        alone = rankings[reading.whole.read]
        if context is None or reading.leaning is None:
            return alone
        leaning = (rankings[passage.read] for passage in (reading.leaning.on_topic, reading.leaning.joined))
        ranking = self._reference.rank(Turn(reading.whole.read, names, context, alone, *leaning))
        if _group(context.topic) == URGENT_GROUP and not next_group and not _is_chat(ranking[0].label, reading):
            return _led_by(OUT_OF_SCOPE, ranking)  # They are asked how things stand (actions/unsure.py).
        return ranking

    def _classify(self, message: Message, ranking: list[Candidate], in_conversation: bool) -> None:
        is_ours = bool(names_of(message)) or may_be_danger(message)
        decision = decide(ranking, self._thresholds, in_conversation=in_conversation, is_ours=is_ours)
        best = decision.candidates[0]
        group = {CLARIFY: CLARIFY_INTENT, FALLBACK: OUT_OF_SCOPE}.get(decision.kind) or _group(best.label)
        groups: dict[str, float] = {}
        for candidate in ranking:
            groups.setdefault(_group(candidate.label), candidate.confidence)
        by_group = [{"name": name, "confidence": confidence} for name, confidence in groups.items()]
        message.set(INTENT, {"name": group, "confidence": best.confidence}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, by_group, add_to_output=True)
        ids = [{INTENT_RESPONSE_KEY: c.label, "confidence": c.confidence} for c in decision.candidates[:_RANKED]]
        selector = {
            "all_retrieval_intents": sorted(name for name in groups if name != OUT_OF_SCOPE),
            group: {"response": {**ids[0], "utter_action": f"utter_{best.label}"}, "ranking": ids},
        }
        message.set("response_selector", selector, add_to_output=True)


def _passages(reading: Reading, context: Context | None) -> list[Passage]:
    leaning = [reading.leaning.on_topic, reading.leaning.joined] if context and reading.leaning else []
    return [reading.whole, *leaning, *reading.questions]


def _moves_on(reading: Reading, context: Context | None, goes_on: bool, rankings: Rankings) -> str:
    """Return the group of what a message after an urgent reply asks for, if it surely isn't what to do now."""
    if not (context and _group(context.topic) == URGENT_GROUP and (goes_on or asks(reading.whole.typed))):
        return ""
    passages = (reading.whole, *reading.questions)
    best = max((rankings[passage.read][0] for passage in passages), key=lambda one: one.confidence)
    group = _group(best.label)
    if best.label in PLEASANTRIES:
        return ""
    is_sure = best.confidence >= (SURE if _is_open(context.topic) and not goes_on else SURE_WHEN_OVER)
    return group if is_sure and group not in (URGENT_GROUP, OUT_OF_SCOPE) else ""


def _is_chat(label: str, reading: Reading) -> bool:
    """Tell whether it is about the chat itself. A question is no goodbye: "do i have to go" is about hospital."""
    return _group(label) == _CHAT and not (label in PLEASANTRIES and asks(reading.whole.typed))


def _questions(reading: Reading, context: Context | None, rankings: Rankings) -> list[Address]:
    """Return what the questions of a message ask for, if each is sure and they ask for different things."""
    found: list[Address] = []
    on = context.topic if context else ""
    for passage in reading.questions:
        best = rankings[passage.read][0]
        if best.confidence < SURE or best.label == OUT_OF_SCOPE:
            continue
        group, _, section = best.label.partition("/")
        address = Address(on, section) if group == SECTION_GROUP else Address(best.label)
        if address.answer_id and address.group != URGENT_GROUP:
            on = on if address.group in NO_TOPICS else address.answer_id
            found.append(address)
    return list(dict.fromkeys(address for address in found if address.answer_id not in PLEASANTRIES))


def _led_by(label: str, ranking: list[Candidate]) -> list[Candidate]:
    """Return a ranking that one label leads for sure."""
    return [Candidate(label, 1.0), *(Candidate(one.label, 0.0) for one in ranking if one.label != label)]


def _note_further(message: Message, asked: Sequence[Address]) -> None:
    if asked:
        end = len(message.get(TEXT))
        found = [{"entity": ALSO_ENTITY, "value": str(address), "start": 0, "end": end} for address in asked]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)


def _is_open(topic: str) -> bool:
    """Tell whether a conversation is in an emergency of which nobody has said that the worst is over."""
    return _group(topic) == URGENT_GROUP and topic not in OVER


def _is_doubtful(candidate: Candidate) -> bool:
    return _group(candidate.label) == URGENT_GROUP and candidate.confidence < SURE_OF_DANGER


def _group(label: str) -> str:
    return label.partition("/")[0]
