"""An organisation's own content lies over what is shipped: it adds, replaces and hides by ids."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
import yaml

import bot.content as content
from bot.channels.telegram.browsing import groups, page
from bot.checking import examples as examples_check
from bot.checking import report
from bot.content.answer_files import read_answers
from bot.content.examples import example_questions, read_lines
from bot.content.library import Library
from bot.content.own import MARK, NoContent, changes, hidden_ids, is_own, lay_over
from bot.content.yaml_files import read
from bot.danger.directory import read_directory
from bot.editing import CannotEdit, Project, moving, reviewing
from bot.editing.skeleton import Draft, begin
from tests.support import ROOT

EXAMPLE = ROOT / "examples" / "riverside"
DROP_IN, VOLUNTEERING = "support/drop_in", "riverside/volunteering"


SOME = ("faq/faq", "faq/support", "faq/urgent", "nlu/faq", "danger", "directory.yml", "entities.yml",
        "faq/phrases.yml", "faq/widget.yml", "rules.yml", "languages/es/faq/faq")  # fmt: skip


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    """Some of what is shipped; all of it would take longer."""
    folder = tmp_path_factory.mktemp("shipped")
    for name in (*(f"data/{name}" for name in SOME), "tests/questions/faq"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    return folder


@pytest.fixture
def own(tmp_path, shipped, monkeypatch) -> Path:
    """A copy of the example organisation's content, taken into use."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "own"))
    monkeypatch.setattr(content, "SHIPPED", shipped / "data")
    monkeypatch.setattr(content, "SHIPPED_QUESTIONS", shipped / "tests/questions")
    monkeypatch.setattr(content, "OWN", folder)
    monkeypatch.setattr(content, "DATA", tmp_path / "laid/data")
    monkeypatch.setattr(content, "QUESTIONS", tmp_path / "laid/tests/questions")
    return folder


def answers() -> dict:
    return {file.id: file.answer for file in read_answers(content.DATA / "faq")}


def examples(answer_id: str) -> list[str]:
    return [text for label, text in example_questions(content.DATA / "nlu") if label == answer_id]


def test_nothing_is_wrong_with_the_example(own):
    assert lay_over() == []


def test_an_answer_is_added(own):
    lay_over()
    assert answers()[DROP_IN].title == "The Riverside drop-in"


def test_all_shipped_answers_stay_but_those_that_are_hidden(own):
    lay_over()
    shipped = {file.id for file in read_answers(content.SHIPPED / "faq")}
    assert set(answers()) == shipped - {"faq/key_figures"} | {DROP_IN, VOLUNTEERING}


def test_an_answer_is_replaced(own):
    lay_over()
    assert answers()["faq/crime"].title == "Does the drop-in bring crime?"


def test_examples_are_added_to_those_that_are_shipped(own):
    shipped = [text for label, text in example_questions(content.SHIPPED / "nlu") if label == "faq/crime"]
    lay_over()
    assert examples("faq/crime") == [*shipped, *examples("faq/crime")[-3:]]
    assert "people hang around on the quay since you opened" in examples("faq/crime")


def test_the_examples_of_a_hidden_answer_are_gone(own):
    lay_over()
    assert examples("faq/key_figures") == []


def test_no_test_question_asks_for_a_hidden_answer(own):
    lay_over()
    labels = [line.split("\t")[0] for path in content.QUESTIONS.rglob("*.tsv") for line in path.open()]
    assert (labels.count("faq/key_figures"), labels.count(DROP_IN)) == (0, 10)


def test_a_small_text_is_replaced_and_the_others_stay(own):
    lay_over()
    phrases, shipped = read(content.DATA / "faq/phrases.yml").data, read(content.SHIPPED / "faq/phrases.yml").data
    assert {key for key in shipped if phrases[key] != shipped[key]} == {"english_only"}


def test_a_country_gets_a_service_and_keeps_its_numbers(own):
    before, _ = read_directory(content.SHIPPED / "directory.yml")
    lay_over()
    after, problems = read_directory(content.DATA / "directory.yml")
    assert problems == []
    assert [line.name for line in after["gb"].services] == [
        "Riverside drop-in", *(line.name for line in before["gb"].services)
    ]  # fmt: skip
    assert (after["gb"].emergency, after["gb"].crisis) == (before["gb"].emergency, before["gb"].crisis)


def test_names_are_added(own):
    lay_over()
    names = read(content.DATA / "entities.yml").data["service"]["service/needle_syringe_programmes"]
    assert "riverside van" in names
    assert "needle exchange" in names


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("hidden.yml", "hide:\n- faq/crim\n", "hidden.yml:2:3: error: no answer `faq/crim` is shipped"),
        ("hidden.yml", "hide:\n- urgent/overdoses\n", "no answer `urgent/overdoses` is shipped"),
        ("hidden.yml", "hide:\n- urgent/crisis\n", "`urgent/crisis` is needed"),
        ("hidden.yml", "hide:\n- faq/definition\n", "`faq/definition` is needed"),
        ("hidden.yml", "hide:\n- faq/crime\n", "you have an answer `faq/crime` of your own"),
        ("faq/phrases.yml", "clarifyy: Which?\n", "phrases.yml:1:1: error: `clarifyy` isn't a key"),
        (
            "directory.yml",
            "countries:\n- id: gb\n- id: xx\n  name: Nowhere\n",
            "directory.yml:3:3: error: `crisis` is missing in the new country `xx`",
        ),
        ("directory.yml", "countries:\n- name: Nowhere\n", "directory.yml:2:3: error: `id` is missing"),
        ("answers/x.yml", "title: X\n", "answers:1:1: error: nothing reads this"),
        ("faq/ours/x.yml", "title: X\n", "there is no group `ours`. Name it in "),
        (
            "groups.yml",
            "groups:\n  Ours: X\n",
            "`groups` is 'Ours', which isn't written as it should be. A group's name",
        ),
        ("groups.yml", "groups:\n  faq: Xs\n  riverside: Us\n", "groups.yml:2:3: error: the group `faq` is shipped"),
        ("groups.yml", "groups:\n  pick: X1\n  riverside: Us\n", "`pick` means something else to the assistant"),
    ],
)
def test_what_cannot_be_laid_over_is_named(own, file, text, said):
    (own / file).parent.mkdir(parents=True, exist_ok=True)
    (own / file).write_text(text)
    assert said in "\n".join(map(str, lay_over()))


def test_a_broken_answer_of_its_own_still_needs_ten_examples_only(own):
    (own / f"faq/{DROP_IN}.yml").write_text("title: a: b")
    lay_over()
    lines, _ = read_lines(content.DATA / "nlu")
    found = examples_check.unmatched(lines, list(read_answers(content.DATA / "faq")), content.DATA)
    assert not [problem for problem in found if f"`{DROP_IN}`" in problem.message]


def test_a_shipped_answer_is_reviewed_in_a_copy(own):
    lay_over()
    with pytest.raises(CannotEdit, match=r"`faq/effective` is shipped, not your own\. To review .* copy its file to"):
        reviewing.record("faq/effective", "nurse", Project(own=own))


def test_a_group_of_its_own_is_named_in_telegrams_menu_right_after_danger(own):
    lay_over()
    named = [button.text for row in page(Library(content.DATA / "faq"), "").keyboard.inline_keyboard for button in row]
    assert named.index("About Riverside") == 1


def test_its_page_in_telegram_has_its_answers(own):
    lay_over()
    (text,) = page(Library(content.DATA / "faq"), "riverside").texts
    assert "Volunteers at Riverside get training" in text


def test_a_group_without_answers_is_not_in_the_menu(own):
    (own / "groups.yml").write_text("groups:\n  empty: Nothing here\n  riverside: About Riverside\n")
    lay_over()
    assert list(groups(Library(content.DATA / "faq")))[:3] == ["urgent", "riverside", "faq"]


def test_rasa_answers_a_group_of_its_own_like_the_others(own):
    lay_over()
    rules = read(content.DATA / "rules.yml").data["rules"]
    of = {rule["rule"]: rule["steps"] for rule in rules}
    assert of["riverside"] == [{"intent": "riverside"}, {"action": "action_answer"}]
    assert len(rules) == len(read(ROOT / "data/rules.yml").data["rules"]) + 1


def test_rasa_knows_a_group_of_its_own(own):
    lay_over()
    shipped, used = (yaml.safe_load((at / "domain.yml").read_text()) for at in (ROOT, content.place_of("domain.yml")))
    assert used == {**shipped, "intents": [*shipped["intents"], "riverside"]}


def test_a_new_answer_can_be_in_a_group_of_its_own(own):
    lay_over()
    assert begin("riverside/garden", Draft("The garden"), Project(own=own))[0] == own / "faq/riverside/garden.yml"


def test_a_new_answer_in_a_group_that_nobody_named_is_told_where_to_name_it(own):
    with pytest.raises(CannotEdit, match=r"name it in .*groups\.yml first"):
        begin("ours/garden", Draft("The garden"), Project(own=own))


def test_what_is_hidden_or_replaced_is_no_longer_said_in_other_languages(own):
    lay_over()
    shipped, laid = (folder / "languages/es/faq" for folder in (content.SHIPPED, content.DATA))
    gone = {
        path.relative_to(shipped).as_posix()
        for path in shipped.rglob("*.yml")
        if not (laid / path.relative_to(shipped)).exists()
    }
    assert gone == {"faq/crime.yml", "faq/key_figures.yml"}


def test_a_broken_small_text_leaves_the_shipped_ones(own):
    (own / "faq/phrases.yml").write_text("english_only: [\n")
    lay_over()
    assert read(content.DATA / "faq/phrases.yml").data == read(content.SHIPPED / "faq/phrases.yml").data


def test_what_is_taken_away_again_is_shipped_again(own):
    lay_over()
    (own / "faq/faq/crime.yml").unlink()
    (own / "hidden.yml").unlink()
    lay_over()
    assert answers()["faq/crime"].title == "Harm reduction and crime"
    assert "faq/key_figures" in answers()


def test_problems_lead_to_the_organisations_file(own):
    (own / "faq/faq/crime.yml").write_text("title: X\n")
    lay_over()
    (file,) = [file for file in read_answers(content.DATA / "faq") if file.id == "faq/crime"]
    assert {problem.location.file for problem in file.problems} == {str(own / "faq/faq/crime.yml")}


def test_its_own_files_are_known_as_such(own):
    lay_over()
    assert is_own(str(content.DATA / f"nlu/faq/crime{MARK}.yml"))
    assert not is_own(str(content.DATA / "nlu/faq/crime.yml"))


def test_a_folder_that_is_not_there_is_named(own):
    shutil.rmtree(own)
    with pytest.raises(NoContent, match=r"CONTENT is .*own"):
        lay_over()


def test_an_own_answer_that_is_saved_is_seen(own):
    lay_over()
    is_seen = threading.Event()

    def wait_for_it() -> None:
        next(changes(content.DATA / "faq"))
        is_seen.set()

    threading.Thread(target=wait_for_it, daemon=True).start()
    file, tries = own / "faq/support/late.yml", 0
    while not is_seen.wait(0.2) and tries < 100:  # Until the watch has begun.
        tries += 1
        file.write_text(f"title: {tries}\n")
    assert (content.DATA / "faq/support/late.yml").read_text() == file.read_text()


def test_without_a_folder_nothing_is_hidden():
    assert (hidden_ids(), lay_over()) == ((), [])


def test_a_new_answer_goes_into_the_organisations_folder(own):
    project = Project(own=own)
    files = begin("support/laundry", Draft("Laundry"), project)
    assert files == [own / "faq/support/laundry.yml", own / "nlu/support/laundry.yml"]


def test_a_shipped_answer_is_not_retired_but_hidden(own):
    lay_over()
    project = Project(own=own)
    with pytest.raises(CannotEdit, match="is shipped"):
        moving.retire("faq/effective", None, project)


def test_the_check_asks_ten_examples_of_its_own_answers(own, monkeypatch):
    monkeypatch.setattr("bot.checking.danger.problems", lambda data: [])  # They don't change, and take seconds.
    monkeypatch.setattr(report, "DATA", content.DATA)
    file = own / f"nlu/{DROP_IN}.yml"
    file.write_text("\n".join(file.read_text().splitlines()[:13]) + "\n")
    found = report.check(content.DATA, content.QUESTIONS).problems
    assert [str(problem).partition(" ")[2] for problem in found if "fewest" in str(problem)] == [
        f"error: `{DROP_IN}` has 9 example questions, the fewest is 10. Add some."
    ]
