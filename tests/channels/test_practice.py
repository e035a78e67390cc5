"""The practice network: begun by the server, ended with it, removed as it came."""

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from crossdesk.channels import services
from crossdesk.channels.models import Account
from crossdesk.channels.networks.sandbox.beside import Beside
from crossdesk.channels.networks.sandbox.cast.practice import LANGUAGES, visitors
from crossdesk.channels.services import practice
from crossdesk.inbox.models import Conversation
from crossdesk.kit import clock
from crossdesk.kit.errors import NotAllowed
from crossdesk.org.enums import Role
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory


@pytest.fixture
def beside(settings, tmp_path):
    settings.HOME = tmp_path
    made = practice.network()
    yield made
    made.forget()


def answers(host):
    try:
        return httpx.get(f"{host}/control/state", trust_env=False, timeout=2).is_success
    except httpx.HTTPError:
        return False


def begin(member, language="en"):
    return services.practise(
        handle="nordwind", name="Nordwind", language=language, by=actor_of(member), now=clock.now()
    )  # fmt: skip


@pytest.mark.django_db
def test_practising_connects_an_account_to_which_eight_people_wrote(beside):
    owner = MemberFactory(role=Role.OWNER)

    account = begin(owner, "de")
    settle()

    said = set(Conversation.objects.values_list("excerpt", "account_id"))
    assert said == {(f"@nordwind {one.text}", account.pk) for one in visitors("de")}
    assert (account.network, account.host, account.handle) == ("sandbox", beside.host, "nordwind")
    assert services.is_practice(account)


@pytest.mark.django_db
def test_practising_twice_is_the_same_account_and_nobody_repeats_themselves(beside):
    owner = MemberFactory(role=Role.OWNER)

    one, other = begin(owner), begin(owner)
    settle()

    assert one.pk == other.pk
    assert Conversation.objects.count() == len(visitors("en"))


@pytest.mark.django_db
def test_who_may_not_connect_accounts_starts_nothing(beside):
    with pytest.raises(NotAllowed):
        begin(MemberFactory(role=Role.MEMBER))

    assert (beside.host, Account.objects.count()) == ("", 0)


@pytest.mark.django_db
def test_the_network_ends_when_the_last_workspace_stops_practising(beside):
    ours, theirs = MemberFactory(role=Role.OWNER), MemberFactory(role=Role.OWNER)
    begin(ours)
    services.practise(handle="other", name="Other", language="en", by=actor_of(theirs), now=clock.now())
    host = beside.host

    ended = services.end_practice(by=actor_of(ours), now=clock.now())
    still = answers(host)
    services.end_practice(by=actor_of(theirs), now=clock.now())

    assert (ended, still, answers(host), beside.host) == (1, True, False, "")
    assert not Account.objects.filter(removed_at=None).exists()


def test_a_server_that_starts_again_finds_the_network_where_it_was(tmp_path):
    first = Beside(tmp_path)
    host = first.start()
    first.tell("say", handle="anna", text="Hello")
    first.stop()

    second = Beside(tmp_path)
    second.resume()

    try:
        assert (second.host, [post["text"] for post in second._ask("GET", "posts")]) == (host, ["Hello"])
    finally:
        second.forget()


def test_without_practice_the_server_starts_nothing(tmp_path):
    beside = Beside(tmp_path)

    beside.resume()

    assert (beside.host, list(tmp_path.iterdir())) == ("", [])


def test_the_network_ends_with_a_server_that_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from crossdesk.channels.networks.sandbox.beside import Beside;"
        f"print(Beside(Path({str(tmp_path)!r})).start(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        host = server.stdout.readline().strip()
        before = answers(host)
        os.kill(server.pid, signal.SIGKILL)
        server.wait(timeout=10)

        until = time.monotonic() + 10
        while answers(host) and time.monotonic() < until:
            time.sleep(0.05)

    assert (before, answers(host)) == (True, False)


def test_everybody_who_practises_hears_the_same_people_in_each_language():
    told = {
        language: [(one.handle, one.minutes, one.visibility) for one in visitors(language)] for language in LANGUAGES
    }

    assert told["de"] == told["en"]
    assert visitors("fr") == visitors("en")
    assert len({one.text for language in LANGUAGES for one in visitors(language)}) == 16
