"""Who loses their access does not come back inside walls with it: somebody inside lets them in again, by hand."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry
from crossdesk.org import queries
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Member, WallMember
from crossdesk.org.services.walls import LastInside, MoreBehindIt
from tests.org.conftest import as_actor
from tests.org.factories import NOON

SOON = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(minutes=10)

put_to_sleep = importlib.import_module("crossdesk.org.migrations.0009_places_inside_walls_sleep").put_to_sleep


def away_and_back(company, member):
    org.deactivate(member_id=member.pk, by=company.by, now=SOON)
    org.reactivate(member_id=member.pk, by=company.by, now=LATER)


def told_inside(wall):
    rows = AuditEntry.objects.filter(wall_id=wall.pk).order_by("id")
    return list(rows.values_list("action", "by_name", "before", "after"))


def test_who_gets_their_access_back_stands_outside_until_somebody_inside_lets_them_in(company, lead, ada, wall):
    away_and_back(company, ada)

    assert (as_actor(ada).walls, queries.walls(as_actor(ada))) == (frozenset(), [])
    org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Back on the case", by=as_actor(lead), now=LATER)

    assert as_actor(ada).walls == {wall.pk}
    assert WallMember.objects.filter(wall=wall, member=ada).values_list("reason", "added_at", "asleep_at").get() == (
        "Back on the case", LATER, None,
    )  # fmt: skip
    assert told_inside(wall)[1:] == [
        ("wall.insider_asleep", company.by.name, {"member": "Ada", "member_id": ada.pk, "reason": "A threat"}, None),
        ("wall.insider_added", "Lea", None, {"member": "Ada", "member_id": ada.pk, "reason": "Back on the case"}),
    ]


def test_who_joins_anew_stands_outside_too(company, ada, wall):
    org.deactivate(member_id=ada.pk, by=company.by, now=SOON)
    org.add_member(user=ada.user, role=Role.LEAD, department_ids=[], by=company.by, now=LATER)

    assert as_actor(Member.objects.get(pk=ada.pk)).walls == set()


def test_who_takes_access_away_hears_of_no_wall_and_has_their_way_back(company, ada, wall):
    with audit.noted() as entries:
        org.deactivate(member_id=ada.pk, by=company.by, now=SOON)

    assert [AuditEntry.objects.get(pk=pk).action for pk in entries] == ["member.deactivated"]
    assert changes.can_all_be_put_back(company.by, entries)
    changes.put_back(entry_ids=entries, by=company.by, now=LATER)
    assert Member.objects.get(pk=ada.pk).active
    assert as_actor(ada).walls == set()


def test_inside_the_wall_it_is_put_back_as_long_as_nothing_more_came_behind_it(company, lead, ada, wall, monkeypatch):
    away_and_back(company, ada)
    (entry,) = AuditEntry.objects.filter(action="wall.insider_asleep").values_list("pk", flat=True)
    behind = [LATER]
    monkeypatch.setattr("crossdesk.org.services.walls._behind", [lambda wall_id: behind[0]])

    with pytest.raises(MoreBehindIt):
        changes.put_back(entry_ids=[entry], by=as_actor(lead), now=LATER)
    assert as_actor(ada).walls == set()
    behind[0] = NOON
    changes.put_back(entry_ids=[entry], by=as_actor(lead), now=LATER)

    assert as_actor(ada).walls == {wall.pk}


def test_the_last_one_awake_keeps_their_place_so_that_the_wall_is_not_lost(company, lead, ada, wall):
    org.deactivate(member_id=ada.pk, by=company.by, now=SOON)
    away_and_back(company, lead)
    org.reactivate(member_id=ada.pk, by=company.by, now=LATER)

    assert (as_actor(lead).walls, as_actor(ada).walls) == (frozenset({wall.pk}), frozenset())


def test_who_sleeps_is_nobody_inside_who_could_be_left_alone(company, lead, ada, wall):
    away_and_back(company, ada)

    with pytest.raises(LastInside):
        org.remove_insider(wall_id=wall.pk, member_id=lead.pk, reason="Bye", by=as_actor(lead), now=LATER)
    org.remove_insider(wall_id=wall.pk, member_id=ada.pk, reason="Done", by=as_actor(lead), now=LATER)

    assert list(WallMember.objects.values_list("member", flat=True)) == [lead.pk]


def test_places_of_those_who_lost_their_access_before_sleep_after_the_update(company, lead, ada, wall):
    alone = org.open_wall(kind="conduct", name="Case 8", reason="Hers", by=as_actor(lead), now=NOON)
    WallMember.objects.filter(wall=alone).update(member=ada)
    Member.objects.filter(pk=ada.pk).update(active=False)

    for _ in range(2):
        put_to_sleep(apps, connection.schema_editor())

    asleep = WallMember.objects.filter(asleep_at__isnull=False).values_list("wall", "member")
    assert list(asleep) == [(wall.pk, ada.pk)]
