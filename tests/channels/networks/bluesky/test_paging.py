"""Nothing new is missed and nothing comes twice, however the list moves between two pulls."""

from hypothesis import given
from hypothesis import strategies as st

from crossdesk.channels.networks.bluesky import paging

PAGE = 4


class Network:
    """A list ordered by the moment that an item gives itself, newest first."""

    def __init__(self, *items):
        self.items = dict(items)  # id → moment
        self.asked = 0

    def fetch(self, below):
        self.asked += 1
        ordered = sorted(self.items.items(), key=lambda item: (item[1], item[0]), reverse=True)
        start = int(below or 0)
        page = ordered[start : start + PAGE]
        return page, str(start + PAGE) if start + PAGE < len(ordered) else ""

    def pull(self, stored, again=()):
        before = paging.Cursor.of(stored) if stored else None
        how = {"id_of": lambda item: item[0], "at_of": lambda item: item[1]}
        found = paging.new_since(before, fetch=self.fetch, **how)
        return [item[0] for item in found.items], str(paging.following(before, found, again=again, **how))


def at(minute):
    return f"2026-03-04T12:{minute:02d}:00.000Z"


def test_the_first_pull_takes_the_newest_page_oldest_first():
    network = Network(*((f"m{n}", at(n)) for n in range(9)))

    found, cursor = network.pull("")

    assert found == ["m5", "m6", "m7", "m8"]
    assert network.pull(cursor)[0] == []


def test_an_outage_is_filled_page_by_page():
    network = Network(("m0", at(0)))
    _, cursor = network.pull("")
    network.items |= {f"m{n}": at(n) for n in range(1, 14)}

    assert network.pull(cursor)[0] == [f"m{n}" for n in range(1, 14)]


def test_something_new_below_something_known_is_found():
    network = Network(("m1", at(1)), ("m5", at(5)))
    _, cursor = network.pull("")
    network.items["m3"] = at(3)

    assert network.pull(cursor)[0] == ["m3"]


def test_a_known_item_that_is_listed_on_top_of_the_new_hides_nothing_below_it():
    network = Network(("known", at(0)))
    _, cursor = network.pull("")
    network.items |= {f"m{n}": at(n) for n in range(1, 9)} | {"known": at(50)}

    assert network.pull(cursor)[0] == [f"m{n}" for n in range(1, 9)]


def test_what_comes_up_when_newer_items_vanish_is_no_news():
    network = Network(*((f"m{n}", at(n)) for n in range(9)))
    _, cursor = network.pull("")
    del network.items["m8"], network.items["m7"]

    assert network.pull(cursor)[0] == []


def test_an_item_that_was_not_complete_comes_once_more():
    network = Network(("m1", at(1)))
    _, cursor = network.pull("", again={"m1"})

    found, cursor = network.pull(cursor)
    assert found == ["m1"]
    assert network.pull(cursor)[0] == []


def test_an_empty_list_begins_with_its_first_item():
    network = Network()
    _, cursor = network.pull("")
    network.items["m1"] = at(1)

    assert network.pull(cursor)[0] == ["m1"]


def test_a_quiet_list_costs_one_call():
    network = Network(*((f"m{n}", at(n)) for n in range(9)))
    _, cursor = network.pull("")
    network.asked = 0

    network.pull(cursor)

    assert network.asked == 1


@given(rounds=st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 2)), max_size=60))
def test_whatever_comes_and_goes_each_new_item_is_seen_exactly_once(rounds):
    network, seen, cursor, minute = Network(("first", "2026-03-04")), [], "", 0
    expected = []
    _, cursor = network.pull(cursor)
    for new, late, gone in rounds:
        for _ in range(new):
            minute += 1
            network.items[f"m{minute:04d}"] = f"2026-03-05T{minute:04d}"
            expected.append(f"m{minute:04d}")
        if late and new:  # says that it is a little older than the newest
            network.items[f"late {minute}"] = f"2026-03-05T{minute - 1:04d}.5"
            expected.append(f"late {minute}")
        found, cursor = network.pull(cursor)
        seen += found
        for name in list(network.items)[len(network.items) - gone :]:
            del network.items[name]

    assert sorted(seen) == sorted(expected)
