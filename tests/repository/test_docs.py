"""The documentation names what there is, and leads to what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.content.answers import UNREVIEWED
from bot.content.library import Library
from bot.content.schema import schema_of
from bot.settings import Settings
from tests.repository.test_rooms import MAY_IMPORT
from tests.support import ROOT
from tools import write_tables

TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "data/README.md")
PAGES = [*(ROOT / name for name in TOP), *sorted(ROOT.glob("docs/**/*.md"))]
RECORDS = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
VERBS = list(get_command(app).commands)
VARIABLES = [name.upper() for name in Settings.__fields__]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(name: str) -> dict[str, str]:
    """Return the rows of a page's tables by what stands in their first cell between backticks."""
    return {match[1]: match[0] for match in re.finditer(r"^ *\| `([^`]+)` \|.*$", text(name), re.MULTILINE)}


def keys(shape: dict) -> dict[str, dict]:
    """Return all keys that a file of this shape can have, with those inside of others."""
    found = {}
    for name, inner in shape.get("properties", {}).items():
        found |= {name: inner, **{key: value for key, value in keys(inner).items() if key not in found}}
        found |= {key: value for key, value in keys(inner.get("items", {})).items() if key not in found}
    return found


def headings(page: Path) -> set[str]:
    """Return a page's headings as they stand in links: small letters, hyphens, no punctuation."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


KEYS = keys(schema_of("answer"))


@pytest.mark.parametrize("verb", VERBS)
def test_the_readme_shows_how_to_call_each_verb(verb):
    assert f"python -m bot {verb}" in text("README.md")


def test_the_readme_names_no_verb_that_is_not_there():
    assert set(re.findall(r"python -m bot ([\w-]+)", text("README.md"))) == set(VERBS)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_has_a_row(variable):
    assert variable in rows("docs/settings.md")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_row(verb):
    assert verb in rows("README.md")


@pytest.mark.parametrize("page", write_tables.PAGES)
def test_the_tables_are_what_code_and_data_say(page):
    assert write_tables.with_tables(text(page)) == text(page), "Run: make docs"


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("PROXIES", "| `PROXIES` | `0` | a number from 0 to 10 | How many "),
        ("ALLOWED_ORIGINS", "| `ALLOWED_ORIGINS` | none | websites like https://example.org, "),
        ("LOG_FORMAT", "| `LOG_FORMAT` | `text` | json, text | The form "),
    ],
)
def test_the_row_of_a_setting_has_default_values_and_meaning(name, row):
    assert rows("docs/settings.md")[name].startswith(row)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_an_answer_file_is_explained(key):
    assert key in rows("docs/answers.md")


@pytest.mark.parametrize("key", [key for key, shape in KEYS.items() if "maxLength" in shape])
def test_the_limit_of_a_key_is_told(key):
    assert f"to {KEYS[key]['maxLength']} characters" in text("docs/answers.md").split(f"| `{key}` |")[1].split("\n")[0]


def test_the_example_of_an_answer_file_has_all_that_is_required():
    example = re.search(r"```yaml\n# yaml-language-server.*?```", text("docs/answers.md"), re.DOTALL)
    assert example
    assert [key for key in schema_of("answer")["required"] if f"\n{key}:" not in example[0]] == []


@pytest.mark.parametrize("phrase", schema_of("phrases")["properties"])
def test_every_small_text_is_explained(phrase):
    assert f"`{phrase}`" in text("docs/answers.md").split("## Small texts")[1].split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_that_is_there(page):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
    files = [target.partition("#")[0] for target in targets if not target.startswith("#")]
    assert [file for file in files if not (page.parent / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_heading_leads_to_one(page):
    links = re.findall(r"\]\(([^)\s:#]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if link[1] not in headings(page.parent / link[0] if link[0] else page)] == []


def test_every_folder_of_the_readme_is_there():
    named = re.findall(r"`((?:data|docs|bot|web|actions|tests|tools)/[\w./]*)`", text("README.md"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_everything_in_data_is_on_its_map():
    names = [path.name for path in (ROOT / "data").iterdir() if path.name != "README.md"]
    assert [name for name in names if f"]({name})" not in text("data/README.md")] == []


def test_every_folder_with_code_is_in_the_readme():
    folders = [path.parent for path in ROOT.glob("bot/*/__init__.py")]
    assert [folder.name for folder in folders if f"bot/{folder.name}/" not in text("README.md")] == []


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_the_table_of_rooms_says_what_the_test_of_imports_allows(room):
    (row,) = [line for line in text("docs/architecture.md").splitlines() if line.startswith(f"| `{room}` |")]
    named = set(re.findall(r"`([\w.]+)`", row.split("|")[3]))
    assert named | {room.replace("/", ".")} == MAY_IMPORT[room]


def test_every_action_is_in_the_architecture():
    names = re.findall(r'return "(action_\w+)"', "".join(path.read_text() for path in ROOT.glob("actions/*.py")))
    assert names
    assert [name for name in names if name not in rows("docs/architecture.md")] == []


def test_every_component_of_the_pipeline_is_in_the_architecture():
    names = re.findall(r"name: bot\.rasa\.[\w.]+\.(\w+)", text("config.yml"))
    assert [name for name in names if f"`{name}`" not in text("docs/architecture.md")] == []


def test_every_answer_with_example_questions_is_on_the_page_of_topics():
    page = text("docs/topics.md")
    # The group `chat` is told in a paragraph that leaves the group out, `out_of_scope` in one with it as heading.
    ids = {*re.findall(r"`([^`]+)`", page), *re.findall(r"^## (\w+)$", page, re.MULTILINE)}
    ids |= {f"chat/{name}" for name in re.findall(r"`([^`]+)`", page.split("## chat\n")[1].split("\n## ")[0])}
    assert {answer.id for answer in Library() if not answer.button_only} - ids == set()


def test_the_docs_name_no_answer_that_is_not_there():
    library = Library()
    names = "|".join({answer.group for answer in library if "/" in answer.id})
    named = re.findall(rf"`((?:{names})/[a-z][a-z0-9_]+)(?:#\w+)?`", "".join(page.read_text() for page in PAGES))
    assert [answer_id for answer_id in named if answer_id not in library] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_of_a_decision_tells_context_decision_and_consequences(record):
    assert re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_records_of_decisions_are_numbered_without_a_gap():
    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("name", ["README.md", "data/faq/chat/help.yml"])
def test_it_says_that_the_project_is_independent(name):
    page = " ".join(text(name).replace("**", "").split())
    assert "independent project" in page
    assert "not run by it" in page


def test_the_readme_says_that_no_professional_has_reviewed_the_answers():
    unreviewed = any(answer.reviewed_by == UNREVIEWED for answer in Library())
    assert unreviewed == ("No professional has reviewed the answers yet" in text("README.md"))


def test_the_readme_says_that_it_is_not_an_emergency_service():
    assert "not an emergency service" in text("README.md")


def test_the_licences_cover_code_and_content():
    assert "Apache License" in text("LICENSE")
    named = re.findall(r"^    (data|tests/\w+) ", text("LICENSE-CONTENT"), re.MULTILINE)
    written = {"data", *("/".join(file.relative_to(ROOT).parts[:2]) for file in ROOT.glob("tests/**/*.tsv"))}
    assert written <= set(named)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_the_index_of_decisions_tells_each_ones_title_and_state(record):
    title, _, state = record.read_text().splitlines()[:3]
    number, _, words = title.removeprefix("# ").partition(". ")
    assert f"| {number} | [{words}]({record.name}) | {re.split(r'[;.]', state)[0]}" in text("docs/adr/README.md")
