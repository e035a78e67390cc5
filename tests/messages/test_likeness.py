"""What speaks for two profiles being one person's, and what never does."""

from dataclasses import dataclass

import pytest

from crossdesk.messages.enums import Likeness
from crossdesk.messages.likeness import addresses, compare, named, page


@dataclass
class Profile:
    handle: str = "somebody"
    name: str = ""
    url: str = ""
    bio: str = ""
    network: str = "one"
    host: str = "https://one.example"


def other(**given: str) -> Profile:
    return Profile(**{"network": "two", "host": "two.example", **given})


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (Profile(handle="ines@lisboa.example"), other(handle="Ines@Lisboa.example"), Likeness.HANDLE),
        (Profile(handle="ines.lisboa.example"), other(handle="@ines.lisboa.example"), Likeness.HANDLE),
        (Profile(handle="ines", host="https://lisboa.example"), other(handle="ines@lisboa.example"), Likeness.HANDLE),
        (Profile(handle="ines_f82"), other(handle="ines_f82"), Likeness.HANDLE),
        (Profile(handle="ines"), other(handle="ines"), None),
        (Profile(handle="thomas"), other(handle="thomas"), None),
        (Profile(handle="support"), other(handle="support"), None),
        (Profile(handle="ines"), other(handle="nora", bio="Also @ines@one.example."), Likeness.NAMED_BY),
        (Profile(handle="nora", bio="Also https://two.example/@ines!"), other(handle="ines"), Likeness.NAMES),
        (Profile(handle="a", url="https://one.example/a"), other(handle="b", bio="see www.one.example/A/"), Likeness.NAMED_BY),
        (Profile(handle="a", bio="b@two.example"), other(handle="b", bio="(a@one.example)"), Likeness.EACH_OTHER),
        (Profile(handle="a", url="https://two.example/@b"), other(handle="b", url="https://two.example/@b/"), Likeness.PAGE),
        (
            Profile(handle="a", url="https://two.example/@b"),
            other(handle="b", url="https://two.example/@b", bio="a@one.example"),
            Likeness.EACH_OTHER,
        ),
        (Profile(handle="a", url="https://firm.example"), other(handle="b", url="https://firm.example/"), None),
        (Profile(handle="a", bio="We work at firm.example"), other(handle="b", bio="firm.example"), None),
        (Profile(handle="a", bio="I am a@one.example"), other(handle="b", bio="b@two.example"), None),
        (Profile(handle="inesf", name="Ines Ferreira"), other(handle="ines_f", name="ines  ferreira"), Likeness.NAME),
        (Profile(handle="ferreira", name="Ines Ferreira"), other(handle="rumpel", name="Ines Ferreira"), None),
        (Profile(handle="inesferr", name="Ines"), other(handle="ines_ferr", name="Ines"), None),
    ],
)  # fmt: skip
def test_why_two_may_be_one(one, two, why):
    assert compare(one, two) == why


def test_it_is_seen_from_the_other_side_too():
    one, two = Profile(handle="ines"), other(handle="nora", bio="@ines@one.example")

    assert (compare(one, two), compare(two, one)) == (Likeness.NAMED_BY, Likeness.NAMES)


def test_on_one_network_and_host_nobody_is_somebody_else():
    assert compare(Profile(handle="ines_f82"), Profile(handle="ines_f82")) is None
    assert compare(Profile(handle="ines_f82"), Profile(handle="ines_f82", host="https://other.example")) is not None


def test_what_many_share_says_nothing():
    one, two = Profile(handle="care_team", name="Ines Ferreira"), other(handle="care_team", name="Ines Ferreira")

    assert compare(one, two, usual_handles={"care_team"}) == Likeness.NAME
    assert compare(one, two, usual_handles={"care_team"}, usual_names={"ines ferreira"}) is None


def test_a_page_is_compared_without_what_changes_nothing():
    assert page("HTTPS://www.Lisboa.example/@Ines/?ref=1#top") == "lisboa.example/@ines"
    assert page("javascript:alert(1)") == ""
    assert addresses(Profile(handle="x", url="https://lisboa.example/@ines")) == {
        "x@one.example", "lisboa.example/@ines", "ines@lisboa.example",
    }  # fmt: skip


def test_a_bio_of_nothing_but_addresses_names_only_some():
    assert len(named(Profile(bio=" ".join(f"a{number}@x.example" for number in range(500))))) == 20
