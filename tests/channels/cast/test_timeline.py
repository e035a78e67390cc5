"""Stories on the clock: bursts where incidents are, answers in working hours."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crossdesk.channels.networks.sandbox.cast import company, history, incidents, moments

END = datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_the_past_is_ordered_whole_and_the_same_for_the_same_seed():
    past = history(4, end=END)

    assert past == history(4, end=END)
    assert [at for at, _ in past] == sorted(at for at, _ in past)
    assert len(past) >= 2500
    assert END - timedelta(days=90) <= past[0][0] <= past[-1][0] <= END


def test_incidents_make_days_that_stand_out():
    days = Counter(at.date() for at, _ in history(4, end=END))
    usual = sorted(days.values())[len(days) // 2]

    for incident in incidents(4):
        busiest = max(days[(END - incident.starts + timedelta(days=n)).date()] for n in range(4))
        assert busiest > 1.8 * usual, incident.key


def test_every_department_has_work_of_the_last_days_that_waits():
    waiting = Counter(
        story.department
        for at, story in history(4, end=END)
        if story.needs_reply and at > END - timedelta(days=3) and all(turn.by == "customer" for turn in story.turns)
    )

    assert [department for department in company().departments if waiting[department] < 5] == []


def test_turns_never_go_back_in_time():
    for at, story in history(4, end=END, count=400):
        laid = moments(story, start=at)

        assert laid[0] == at
        assert list(laid) == sorted(laid)


def test_answers_that_can_wait_are_given_in_working_hours():
    members = {member.email: member for member in company().members}
    for at, story in history(4, end=END, count=400):
        for turn, when in zip(story.turns, moments(story, start=at), strict=True):
            if turn.by == "brand" and story.urgency != "p1":
                member = members[turn.member]
                local = when.astimezone(ZoneInfo(member.time_zone))
                opens, closes = member.hours.days[local.isoweekday()]

                assert opens <= local.strftime("%H:%M") <= closes


def test_incidents_belong_together_and_are_led_by_somebody():
    emails = {member.email for member in company().members}

    assert [incident.key for incident in incidents(4)] == ["outage", "glim", "tent"]
    for incident in incidents(4):
        assert {story.incident for _, story in incident.stories} == {incident.key}
        assert {beat.by for beat in incident.beats} | {incident.owner} <= emails
        assert max(after for after, _ in incident.stories) <= incident.lasts
