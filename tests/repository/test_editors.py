"""VS Code completes and underlines what staff edit: each file by its own schema, and what the check finds."""

from __future__ import annotations

import json
import re

from bot.content import DATA
from bot.content.problems import Location, Problem
from bot.content.schema import faults
from bot.content.yaml_files import read, yaml_below
from tests.support import ROOT

SCHEMAS = json.loads((ROOT / ".vscode/settings.json").read_text())["yaml.schemas"]
OF_RASA = {DATA / "rules.yml"}
PARTS = ("examples/*/directory.yml", "examples/*/entities.yml", "examples/*/faq/*.yml")
"""Files of an organisation that have only some of the keys; `bot check` judges them."""


def test_every_file_that_staff_edit_has_one_schema():
    found = [path for patterns in SCHEMAS.values() for pattern in patterns for path in ROOT.glob(pattern)]
    own = set(yaml_below(ROOT / "examples")) - {path for pattern in PARTS for path in ROOT.glob(pattern)}
    assert sorted(found) == sorted((set(yaml_below(DATA)) | own) - OF_RASA)


def test_every_schema_is_the_one_by_which_the_check_judges():
    for schema, patterns in SCHEMAS.items():
        kind = re.fullmatch(r"\./data/schemas/(\w+)\.json", schema)[1]
        for pattern in patterns:
            assert faults(read(next(ROOT.glob(pattern))), kind) == []


def test_the_task_for_the_check_finds_its_problems():
    (check, _) = json.loads((ROOT / ".vscode/tasks.json").read_text())["tasks"]
    line = str(Problem(Location("data/faq/faq/crime.yml", 4, 7), "it is wrong: mend it."))
    found = re.match(check["problemMatcher"]["pattern"]["regexp"], line)
    assert found.groups() == ("data/faq/faq/crime.yml", "4", "7", "error", "it is wrong: mend it.")
