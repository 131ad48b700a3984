"""Tells Rasa that every id has an answer. The words are not handed over: they stay in data/faq/ and are read there."""

from __future__ import annotations

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.content.answer_files import AnswerFile, read_answers
from bot.content.answers import OUT_OF_SCOPE, SECTION_GROUP, SECTIONS


class AnswersImporter(RasaFileImporter):
    """Rasa's own importer, with the response that validation and response selectors ask for: each answer's id."""

    def get_domain(self) -> Domain:
        """Return the domain of domain.yml with one response for each retrieval intent."""
        ids = [file.id for file in read_answers() if file.id != OUT_OF_SCOPE and not _by_button_only(file)]
        ids += [f"{SECTION_GROUP}/{section}" for section in SECTIONS]
        responses = {f"utter_{answer_id}": [{"text": answer_id}] for answer_id in ids}
        return super().get_domain().merge(Domain.from_dict({"responses": responses}))


def _by_button_only(file: AnswerFile) -> bool:
    return file.answer is not None and file.answer.button_only
