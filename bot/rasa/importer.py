"""Tells Rasa that every id has an answer. The words are not handed over: they stay in data/faq/ and are read there."""

from __future__ import annotations

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from bot.content import DATA, yaml_files
from bot.content.answers import SECTION_GROUP, SECTIONS

ANSWERS = DATA / "faq"


class AnswersImporter(RasaFileImporter):
    """Rasa's own importer, with the response that validation and response selectors ask for: each answer's id."""

    def get_domain(self) -> Domain:
        """Return the domain of domain.yml with one response for each retrieval intent."""
        ids = [path.relative_to(ANSWERS).with_suffix("").as_posix() for path in sorted(ANSWERS.glob("*/*.yml"))]
        ids = [
            answer_id for answer_id in ids if "button_only" not in yaml_files.read(ANSWERS / f"{answer_id}.yml").data
        ]
        ids += [f"{SECTION_GROUP}/{section}" for section in SECTIONS]
        responses = {f"utter_{answer_id}": [{"text": answer_id}] for answer_id in ids}
        return super().get_domain().merge(Domain.from_dict({"responses": responses}))
