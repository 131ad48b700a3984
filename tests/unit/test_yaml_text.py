"""What YAML would read otherwise than its author meant is refused, with place and remedy; all else is read as written."""

from __future__ import annotations

import pytest

from bot.content import DATA
from bot.content.library import Library
from bot.content.problems import BrokenFile
from bot.content.yaml_files import read

REFUSED = {
    "an alias": ("a: &x [b]\nc: *x\n", "2:4: error: YAML takes `*x` for a repetition"),
    "an anchor": ("title: &c Crime\n", "1:8: error: YAML takes `&c` for a name"),
    "a tag": ("title: !Stop it\n", "1:8: error: YAML takes `!Stop` for a name"),
    "a title that a comment swallows": ("title: Crime #1\n", "1:14: error: YAML takes `#1` for a comment"),
    "a list that a comment swallows": ("- one\n- two # three\n", "2:7: error: YAML takes `# three` for a comment"),
    "the marks of a merge": ("<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n", "3:1: error: `=======` marks a merge conflict"),
    "an invisible letter": ("title: Cri\u200bme\n", "1:11: error: there is an invisible character here (zero width space)"),
    "a space that is none": ("title: A\u00a0b\n", "1:9: error: there is an invisible character here (no-break space)"),
    "letters that turn the line round": ("a: \u202eemirc\n", "1:4: error: there is an invisible character here"),
    "curly quotes": ("title: “Crime”\n", "1:8: error: the text is in curly quotes"),
    "single curly quotes": ("title: \u2018Crime\u2019\n", "1:8: error: the text is in curly quotes"),
    "curly quotes around a colon": ("title: “Crime: what”\n", "1:14: error: the quotes on this line are curly"),
    "a key said twice": ("a: b\na: c\n", "2:1: error: `a` is here a second time"),
    "a key that is a list": ("[a]: b\n", "1:1: error: this can't be a key"),
    "a second part": ("a: b\n---\nc: d\n", "2:1: error: a file can't have a second part"),
    "lists without end": ("[" * 100_000, "1:31: error: lists and keys stand in one another more than 30 times"),
    "lists on one line": ("- " * 100_000, "more than 30 times"),
    "a colon in a text": ("title: Laundry: when\n", "1:15: error: a colon stands inside a text"),
    "a tab": ("answer: |\n\tYou can.\n", "2:1: error: there is a tab here"),
    "a text that isn't indented": ("answer: |\nYou can.\nsources: x\n", "error: YAML looks for a key here"),
    "a quotation mark that isn't closed": ('title: "Laundry\nurl: "x"\n', "error: a quotation mark further up isn't closed"),
    "a quotation mark that is never closed": ('title: "Laundry\n', "error: a quotation mark is opened and not closed"),
    "a text that begins with a sign": ("title: @laundry\n", "1:8: error: a text can't begin like this"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_file_is_refused_for(tmp_path, text, message):
    (tmp_path / "file.yml").write_text(text)
    with pytest.raises(BrokenFile) as broken:
        read(tmp_path / "file.yml")
    assert message in str(broken.value)


AS_WRITTEN = {
    "a comment of its own": ("# Why\na: b\n", {"a": "b"}),
    "a comment behind quotes": ('a: "b" # why\n', {"a": "b"}),
    "a number sign in a block": ("a: |\n  Crime #1 & *more*\n", {"a": "Crime #1 & *more*"}),
    "a quotation in a text": ("a: “Junkie” hurts; say “person”\n", {"a": "“Junkie” hurts; say “person”"}),
    "a quotation that people are to see": ('a: "“Just say no”"\n', {"a": "“Just say no”"}),
    "joined emojis": ("a: 👩\u200d🚒\n", {"a": "👩\u200d🚒"}),
    "the mark of UTF-8 at the start": ("\ufeffa: b\n", {"a": "b"}),
    "an underline": ("a: |\n  =======\n", {"a": "======="}),
    "what looks like no text": ("a: no\nb: 0111\n", {"a": "no", "b": "0111"}),
}


@pytest.mark.parametrize(("text", "data"), AS_WRITTEN.values(), ids=AS_WRITTEN)
def test_it_is_read_as_written(tmp_path, text, data):
    (tmp_path / "file.yml").write_text(text)
    assert read(tmp_path / "file.yml").data == data


def test_all_problems_of_a_file_are_found_at_once(tmp_path):
    (tmp_path / "file.yml").write_text("title: Crime #1\nshort: *x\nanswer: “Words”\n")
    with pytest.raises(BrokenFile) as broken:
        read(tmp_path / "file.yml")
    assert len(broken.value.problems) == 3


def test_aliases_that_would_fill_the_memory_leave_the_last_good_answer_in_use(tmp_path):
    (tmp_path / "faq").mkdir()
    for name in ("phrases.yml", "faq/crime.yml"):
        (tmp_path / name).write_text((DATA / "faq" / name).read_text())
    library = Library(tmp_path)
    good = library["faq/crime"]
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{key}: &{key} [{','.join([f'*{before}'] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (tmp_path / "faq/crime.yml").write_text(bomb)
    assert "YAML takes `*a` for a repetition" in "".join(map(str, library.reload()))
    assert library["faq/crime"] == good
