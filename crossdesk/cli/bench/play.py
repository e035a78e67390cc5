"""Telling a scenario through the product's own services, from raw deliveries to closed conversations."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account
from crossdesk.channels.services.deliveries import store_deliveries
from crossdesk.cli.bench import company, scenario
from crossdesk.cli.bench.scenario import BEGIN, SETTLED, TALKING, Line
from crossdesk.cli.demo.stage import NETWORK_WORK
from crossdesk.inbox import services as inbox
from crossdesk.inbox.enums import Resolution, State
from crossdesk.inbox.models import Conversation
from crossdesk.journal import facts, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Message
from crossdesk.org.models import Department

OPEN_SHARE = 20  # one of so many conversations stays open
UNDECIDED = 40  # one of so many stories stays in triage, where the reader was in doubt
STEP = timedelta(hours=12)
RAW_KEPT = timedelta(days=30)

Tell = Callable[[int, int], None]


def play(lines: Sequence[Line], *, telling: int = 0, weeks: int = 0, tell: Tell | None = None) -> None:
    """Everything of one telling: what came in, our answers, what people settled, every clock up to its end."""
    shift = timedelta(weeks=weeks)
    before = Conversation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    by = company.owner_of(company.workspace().pk)
    name = scenario.name_of(telling)
    said = {f"{name}s{line.number}": line for line in lines}
    accounts = {row.external_id: row.pk for row in Account.objects.all()}
    done = 0
    for step, told in groupby(lines, key=lambda line: (line.at - BEGIN) // STEP):
        now, rows = BEGIN + shift + (step + 1) * STEP, list(told)
        for account, mine in groupby(sorted(rows, key=lambda line: line.account), key=lambda line: line.account):
            with clock.standing_at(now):
                store_deliveries(
                    account_id=accounts[f"brand-{account}"], source=Source.POLL, now=now,
                    deliveries=[scenario.delivery(line, name=name, weeks=weeks) for line in mine],
                )  # fmt: skip
        _work(now)
        _decide(before, said, by=by, now=now)
        _work(now)
        done += len(rows)
        if tell:
            tell(done, len(lines))
    _settle(before, by=by, now=BEGIN + shift + TALKING)
    _let_time_pass(BEGIN + shift + TALKING, BEGIN + shift + SETTLED)


def _work(now: datetime) -> None:
    """All that is due, without asking the network."""
    kinds = jobs.known_kinds() - NETWORK_WORK
    with clock.standing_at(now):
        while facts.follow_all() or jobs.run_due(now=now, kinds=kinds):
            pass


def _decide(before: int, said: Mapping[str, Line], *, by: Actor, now: datetime) -> None:
    """Somebody says whose it is, where the reader was in doubt."""
    rows = Conversation.objects.filter(pk__gt=before, triage_since__isnull=False).order_by("pk")
    doubtful = list(rows.values_list("pk", "last_inbound_id"))
    places = dict(Message.objects.in_bulk([pk for _, pk in doubtful]))
    desks = dict(Department.objects.values_list("key", "pk"))
    with clock.standing_at(now):
        for pk, message_id in doubtful:
            line = said[places[message_id].external_id]
            if line.story % UNDECIDED:
                owed = line.needs_reply and line.department in desks
                inbox.decide(
                    conversation_id=pk, needs_reply=owed, intent=line.intent, by=by, now=now,
                    department_id=desks[line.department] if owed else None,
                )  # fmt: skip


def _settle(before: int, *, by: Actor, now: datetime) -> None:
    """People settle what is left, but for the share that stays open."""
    _work(now)
    mine = Conversation.objects.filter(pk__gt=before)
    rows = list(mine.filter(state__in=[State.OPEN, State.WAITING]).order_by("pk"))
    left = [row.pk for row in rows if row.state == State.OPEN]
    kept = set(left[: max(1, mine.count() // OPEN_SHARE)])
    with clock.standing_at(now):
        for row in rows:
            if row.pk not in kept:
                inbox.resolve(
                    conversation_id=row.pk, by=by, now=now, waive_others="Settled together.",
                    resolution=Resolution.ANSWERED if row.answers_count else Resolution.HANDLED_ELSEWHERE,
                )  # fmt: skip
    _work(now)


def _let_time_pass(begin: datetime, end: datetime) -> None:
    """Every clock rings. What is older than its keeping goes: the network is asked no more, raw deliveries are dropped."""
    moment = begin
    while moment < end:
        moment = min(moment + timedelta(days=2), end)
        _work(moment)
    Message.objects.filter(check_at__isnull=False, sent_at__lt=end).update(check_at=None)
    channels.forget_old(workspace_id=company.workspace().pk, now=end + RAW_KEPT, kept=RAW_KEPT)
