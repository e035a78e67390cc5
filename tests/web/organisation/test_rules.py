"""The rules' pages: read, written line by line, tried before they are kept, ordered and archived."""

from datetime import timedelta

import pytest

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import Draft
from crossdesk.triage.services import create_rule
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk
from tests.org.factories import MemberFactory
from tests.web.asking import at, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with clock.standing_at(NOON + timedelta(minutes=10)):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def lead(client, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.LEAD)
    client.force_login(member.user)
    return member


def rule_of(lead, name="Refunds", word="refund", **values):
    conditions = [{"on": "text", "is": "any", "value": [word]}]
    draft = Draft(name=name, conditions=conditions, outcome={"urgency": "high"})
    return create_rule(draft=draft, by=actor_of(lead), now=NOON, **values)


def form_of(*lines, do="keep", **more):
    """lines: pairs of a kind of condition and its value or values."""
    form = {"name": "Refunds", "match": "all", "do": do, "lines": str(len(lines)), "urgency": "high", **more}
    for number, (kind, value) in enumerate(lines):
        form |= {f"kind-{number}": kind, f"value-{number}": value}
    return form


@pytest.mark.parametrize("rows", [1, 3])
def test_the_rules_cost_the_same_for_any_number(client, lead, django_assert_num_queries, rows):
    for number in range(rows):
        rule_of(lead, name=f"Rule {number}")

    # session, user, member, seats, walls, access, last number, names (4), rules, changes,
    # put back, names for them (4), workspaces
    with django_assert_num_queries(19):
        page = client.get(at("rules", lead))

    assert said(page).count('class="rule"') == rows


def test_a_rule_is_told_in_one_plain_sentence(client, lead):
    rule_of(lead)

    assert "If the text contains “refund”: urgency is high." in said(client.get(at("rules", lead)))


def test_a_rule_is_written_and_kept_with_every_kind_of_condition(client, lead, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Eve")
    form = form_of(
        ("text:any", "refund, money back"), ("intent:is", ["complaint", "question"]), ("urgency:at_least", "high"),
        ("followers:at_least", "1000"), ("has_media:is", "no"), ("account:is", [str(desk.account.pk)]),
        match="any", answers=str(desk.department.pk), owner=str(member.pk), needs_reply="yes", tags="vip, money",
    )  # fmt: skip

    answer = client.post(at("rule_new", lead), form)

    assert (answer.status_code, answer.headers["Location"]) == (302, at("rules", lead))
    assert Rule.objects.values("name", "match", "enabled", "conditions", "outcome").get() == {
        "name": "Refunds",
        "match": "any",
        "enabled": True,
        "conditions": [
            {"on": "text", "is": "any", "value": ["refund", "money back"]},
            {"on": "intent", "is": "is", "value": ["complaint", "question"]},
            {"on": "urgency", "is": "at_least", "value": "high"},
            {"on": "followers", "is": "at_least", "value": 1000},
            {"on": "has_media", "is": "is", "value": False},
            {"on": "account", "is": "is", "value": [desk.account.pk]},
        ],
        "outcome": {
            "departments": [{"department_id": desk.department.pk, "kind": "respond"}],
            "owner_id": member.pk,
            "urgency": "high",
            "needs_reply": True,
            "tags": ["vip", "money"],
            "triage": False,
        },
    }


def test_a_kept_rule_comes_back_into_its_form_and_is_changed_there(client, lead, desk):
    form = form_of(("text:any", "refund, money back"), ("has_media:is", "no"), looks=[str(desk.department.pk)], tags="vip")  # fmt: skip
    client.post(at("rule_new", lead), form)
    rule = Rule.objects.get()

    page = said(client.get(at("rule", lead, rule.pk)))
    client.post(at("rule", lead, rule.pk), form | {"name": "Refunds and returns"})
    changed = Rule.objects.get()

    assert 'value="refund, money back"' in page
    assert '<option value="no" selected>' in page
    assert 'value="vip"' in page
    assert (changed.pk, changed.name) == (rule.pk, "Refunds and returns")
    assert (changed.conditions, changed.outcome) == (rule.conditions, rule.outcome)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (form_of(("text:any", "")), "Give at least one word to look for."),
        (form_of(), "A rule needs at least one condition"),
        (form_of(("text:any", "refund"), urgency="", tags=""), "Say what the rule does"),
        (form_of(("text:any", "refund"), name=""), "Give the rule a name"),
        (form_of(("text:any", "refund"), answers="999999"), "One of the departments does not exist"),
        (form_of(("followers:at_least", "many")), "Give the number of followers as a whole number."),
        (form_of(("account:is", [])), "Choose at least one account."),
    ],
)
@pytest.mark.parametrize("do", ["keep", "try"])
def test_a_rule_that_cannot_be_is_explained_and_what_was_typed_is_kept(client, lead, form, words, do):
    answer = client.post(at("rule_new", lead), form | {"do": do, "match": "any"})

    assert answer.status_code == 422
    assert words in said(answer)
    assert '<option value="any" selected>' in said(answer)
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("do", "values"),
    [("add", ["refund", "return", ""]), ("remove-0", ["return"]), ("remove-9", ["refund", "return"]), ("kind", ["refund", "return"])],
)  # fmt: skip
def test_conditions_come_and_go_before_anything_is_kept(client, lead, do, values):
    page = said(client.post(at("rule_new", lead), form_of(("text:any", "refund"), ("bio:any", "return"), do=do)))

    fields = [part.split('value="')[1].split('"')[0] for part in page.split('name="value-')[1:]]
    assert fields == values
    assert not Rule.objects.exists()


def test_a_rule_is_tried_on_the_last_days_before_it_is_kept(client, lead, desk):
    desk.they_write(text="I want a refund, please")
    desk.they_write(text="Lovely weather")

    page = said(client.post(at("rule_new", lead), form_of(("text:any", "refund"), do="try")))

    assert "I want a refund, please" in page
    assert "Lovely weather" not in page
    assert "If the text contains “refund”: urgency is high." in page
    tiles = [part.split("<")[0] for part in page.split('class="tile-value">')[1:]]
    assert tiles == ["2", "1", "1"]
    assert not Rule.objects.exists()


def test_a_rule_rests_works_moves_and_is_archived(client, lead):
    first, second = rule_of(lead, name="First"), rule_of(lead, name="Second")
    act = at("rule_act", lead, second.pk)

    client.post(act, {"act": "disable"})
    rests = Rule.objects.get(pk=second.pk).enabled
    client.post(act, {"act": "enable"})
    works = Rule.objects.get(pk=second.pk).enabled
    client.post(act, {"act": "move", "to": "0"})
    order = list(Rule.objects.order_by("position").values_list("name", flat=True))
    client.post(at("rule_act", lead, first.pk), {"act": "archive"})

    assert (rests, works, order) == (False, True, ["Second", "First"])
    assert list(Rule.objects.filter(archived_at=None).values_list("name", flat=True)) == ["Second"]
    assert client.get(at("rule", lead, first.pk)).status_code == 404


@pytest.mark.parametrize("form", [{"act": "explode"}, {"act": "move", "to": "up"}, {}])
def test_an_act_that_there_is_not_is_not_found(client, lead, form):
    assert client.post(at("rule_act", lead, rule_of(lead).pk), form).status_code == 404


def test_a_member_reads_a_rule_and_changes_nothing(client, lead, desk):
    rule = rule_of(lead)
    client.force_login(MemberFactory(workspace=desk.workspace, seats=[desk.department]).user)

    page = said(client.get(at("rule", lead, rule.pk)))
    answers = [
        client.get(at("rule_new", lead)),
        client.post(at("rule", lead, rule.pk), form_of(("text:any", "other"))),
        client.post(at("rule", lead, rule.pk), form_of(("text:any", "other"), do="try")),
        client.post(at("rule_act", lead, rule.pk), {"act": "archive"}),
    ]

    assert "Keep the rule" not in page
    assert '<fieldset class="fieldset stack" disabled>' in page
    assert [answer.status_code for answer in answers] == [403] * 4
    assert Rule.objects.get().conditions[0]["value"] == ["refund"]


@pytest.mark.parametrize("name", ["rule", "rule_act"])
def test_a_rule_of_another_workspace_does_not_exist(client, lead, name):
    theirs = rule_of(MemberFactory(role=Role.LEAD))

    answer = client.post(at(name, lead, theirs.pk), form_of(("text:any", "ours"), act="archive"))

    assert answer.status_code == 404
    assert Rule.objects.get().name == "Refunds"
