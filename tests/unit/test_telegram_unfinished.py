"""Which updates of Telegram are confirmed: those that are dealt with, and no others."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram.unfinished import MOST_KEPT, Unfinished, file_of


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ids"


def taken(*ids: int, file=None) -> Unfinished:
    unfinished = Unfinished(file)
    for update_id in ids:
        unfinished.take(update_id)
    return unfinished


def test_the_first_that_is_not_dealt_with_is_kept():
    unfinished = taken(5, 6, 7)
    unfinished.finish(5)
    unfinished.finish(7)
    assert unfinished.offset == 6


def test_all_that_came_are_confirmed_once_they_are_dealt_with():
    unfinished = taken(5)
    unfinished.finish(5)
    assert unfinished.offset == 6


def test_ids_that_begin_again_further_down_are_kept_and_confirmed_too():
    unfinished = taken(700, 3)
    unfinished.finish(700)
    assert unfinished.offset == 3
    unfinished.finish(3)
    assert unfinished.offset == 4


def test_what_is_handed_over_again_is_not_dealt_with_again():
    assert not taken(5).take(5)


def test_what_was_dealt_with_before_a_kill_is_not_dealt_with_again(file):
    taken(5, 6, file=file).finish(6)
    after = Unfinished(file)
    assert (after.take(5), after.take(6), after.offset) == (True, False, 5)


def test_nothing_is_left_behind_once_all_is_confirmed(file):
    unfinished = taken(5, file=file)
    unfinished.finish(5)
    unfinished.confirm_before(6)
    assert not file.exists()


def test_someone_behind_very_many_is_reached():
    unfinished = taken(*range(1, MOST_KEPT + 1))
    assert unfinished.offset > 1


async def test_whoever_asks_for_the_same_again_waits_until_something_is_dealt_with():
    unfinished = taken(5, 6)
    assert await unfinished.next_offset() == 5
    asking = asyncio.ensure_future(unfinished.next_offset())
    await asyncio.sleep(0)
    assert not asking.done()
    unfinished.finish(5)
    assert await asking == 6


def test_a_folder_that_can_not_be_written_is_no_trouble(tmp_path):
    taken(5, file=tmp_path / "none" / "ids").finish(5)


def test_the_name_of_the_file_does_not_tell_the_token():
    assert "secret" not in str(file_of("secret"))
