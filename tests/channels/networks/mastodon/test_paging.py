"""What is new, without a gap, on servers that understand `min_id` differently."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from crossdesk.channels.networks.mastodon import paging
from crossdesk.channels.networks.mastodon.paging import MOST, OVERLAP

Item = dict[str, str]


class Shelf:
    """The list of a server, newest first, with its own way to page."""

    def __init__(self, most: int = 40) -> None:
        self.ids: list[int] = []
        self.most = most
        self.calls = 0

    def add(self, *numbers: int) -> None:
        self.ids = sorted([*self.ids, *numbers])

    def like_mastodon(self, query: Mapping[str, str]) -> Sequence[Item]:
        """`min_id`: the items just above it."""
        found = self._between(query)
        size = min(int(query["limit"]), self.most)
        return _items(found[:size] if "min_id" in query else found[-size:])

    def newest_of_all(self, query: Mapping[str, str]) -> Sequence[Item]:
        """`min_id`: the newest of all above it, as snac2 does."""
        return _items(self._between(query)[-min(int(query["limit"]), self.most) :])

    def deaf(self, query: Mapping[str, str]) -> Sequence[Item]:
        """Knows no paging at all."""
        self.calls += 1
        return _items(self.ids[-self.most :])

    def oldest_first(self, query: Mapping[str, str]) -> Sequence[Item]:
        """Pages like Mastodon, but the wrong way round."""
        return self.like_mastodon(query)[::-1]

    def _between(self, query: Mapping[str, str]) -> list[int]:
        self.calls += 1
        assert self.calls < 500
        low, high = int(query.get("min_id", -1)), int(query.get("max_id", 10**18))
        return [number for number in self.ids if low < number < high]


def _items(ascending: Sequence[int]) -> list[Item]:
    return [{"id": str(number)} for number in reversed(ascending)]


def pull(fetch: paging.Fetch, cursor: str, limit: int = 40) -> tuple[list[int], str]:
    """Pull until there is no more, as a caller does."""
    got: list[int] = []
    for _ in range(100):
        found = paging.new_since(cursor, fetch=fetch, id_of=lambda item: item.get("id", ""), limit=limit)
        numbers = [int(item["id"]) for item in found.items if "id" in item]
        assert numbers == sorted(numbers)
        got, cursor = got + numbers, str(found.cursor)
        if not found.has_more:
            return got, cursor
    raise AssertionError("It never ends.")


WAYS: list[Callable[[Shelf], paging.Fetch]] = [
    lambda shelf: shelf.like_mastodon,
    lambda shelf: shelf.newest_of_all,
    lambda shelf: shelf.oldest_first,
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("most", [20, 40, 80])
@pytest.mark.parametrize("waiting", [0, 1, 19, 20, 39, 40, 41, 200, 1000])
def test_after_an_outage_everything_comes_and_no_number_is_missed(way, most, waiting):
    shelf = Shelf(most)
    shelf.add(*range(1000, 1010))
    first, cursor = pull(way(shelf), "")
    assert first == list(range(1000, 1010))

    shelf.add(*range(2000, 2000 + waiting))
    got, cursor = pull(way(shelf), cursor)

    assert set(got) >= set(range(2000, 2000 + waiting))
    again, _ = pull(way(shelf), cursor)
    assert set(again) <= set(shelf.ids[-OVERLAP:])


@pytest.mark.parametrize("way", WAYS)
def test_an_item_that_appears_late_below_its_neighbour_is_still_seen(way):
    shelf = Shelf()
    shelf.add(*range(1000, 1020, 2))
    _, cursor = pull(way(shelf), "")

    shelf.add(1015)
    got, _ = pull(way(shelf), cursor)

    assert 1015 in got


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("later", [1, 5, 6, 100])
def test_a_list_that_was_empty_at_first_misses_nothing_later(way, later):
    shelf = Shelf()
    got, cursor = pull(way(shelf), "")
    assert got == []

    shelf.add(*range(1, later + 1))
    got, cursor = pull(way(shelf), cursor)

    assert set(got) == set(range(1, later + 1))


@pytest.mark.parametrize("way", WAYS)
def test_the_first_pull_takes_the_newest_page_alone(way):
    shelf = Shelf()
    shelf.add(*range(1, 500))

    got, _ = pull(way(shelf), "")

    assert got == list(range(500 - MOST, 500))
    assert shelf.calls == 1


def test_a_server_that_knows_no_paging_does_not_hold_us_up():
    shelf = Shelf()
    shelf.add(*range(1, 100))
    _, cursor = pull(shelf.deaf, "")
    shelf.add(100, 101)

    got, _ = pull(shelf.deaf, cursor)

    assert {100, 101} <= set(got)
    assert shelf.calls < 8


def test_items_without_an_id_are_handed_on_and_move_nothing():
    def fetch(query: Mapping[str, str]) -> Sequence[Item]:
        return [{}, {"id": "5"}, {}]

    found = paging.new_since("", fetch=fetch, id_of=lambda item: item.get("id", ""), limit=40)

    assert found.items == [{}, {"id": "5"}, {}]
    assert found.cursor.newest == "5"


def test_ids_that_are_longer_are_later():
    shelf = Shelf()
    shelf.add(8, 9, 10, 11)

    _, cursor = pull(shelf.like_mastodon, "")

    assert paging.Cursor.of(cursor).newest == "11"
