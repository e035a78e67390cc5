"""`crossdesk demo`: a small past, lived through by the product's own services, and a company at work in it."""

import re
from collections.abc import Iterator

import httpx
import pytest

from crossdesk.channels.networks.sandbox import cast
from crossdesk.cli.demo.company import SLUG
from crossdesk.org import presets
from tests.servers.crossdesk import CrossdeskServer


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CrossdeskServer, str]]:
    """The running demo and the password it printed."""
    server = CrossdeskServer(tmp_path_factory.mktemp("demo"))
    server.start("demo", "--count", "60", "--rate", "0")
    assert server.process is not None and server.process.stdout is not None
    password = server.process.stdout.readline().split(" as:")[0].rpartition(" ")[2]
    yield server, password
    server.stop()


@pytest.fixture(scope="module")
def lead(demo: tuple[CrossdeskServer, str]) -> Iterator[httpx.Client]:
    """Signed in as who leads customer service."""
    server, password = demo
    email = next(one.email for one in cast.company().members if "customer_service" in one.leads)
    with httpx.Client(base_url=server.url, follow_redirects=True, trust_env=False, timeout=60) as client:
        field = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/sign-in").text)
        assert field is not None
        form = {"email": email, "password": password, "csrfmiddlewaretoken": field[1]}
        answer = client.post("/sign-in", data=form, headers={"Referer": server.url})
        assert answer.url.path == f"/w/{SLUG}/today"
        yield client


@pytest.mark.parametrize("key", [one.key for one in presets.DEPARTMENTS])
def test_there_is_work_on_every_desk(lead, key):
    assert 'class="row-card"' in lead.get(f"/w/{SLUG}/inbox/{key}").text


def test_colleagues_have_given_and_asked_each_other_something(lead):
    told = lead.get(f"/w/{SLUG}/notices").text

    assert "named you in a note" in told
    assert "gave you" in told


def test_what_people_need_is_at_hand(lead):
    assert lead.get(f"/w/{SLUG}/organisation/writing").text.count("{first_name}") >= 3
    assert "Goals" in lead.get(f"/w/{SLUG}/desks/customer_service").text


def test_what_people_say_of_messages_stands_on_the_quality_page(lead):
    page = re.sub(r"<[^>]+>", " ", lead.get(f"/w/{SLUG}/quality").text)
    one_by_one = lead.get(f"/w/{SLUG}/quality/messages/intents").text
    by_two = lead.get(f"/w/{SLUG}/quality/twice/urgency").text

    labelled = re.search(r"([\d,]+) messages have been labelled", page)
    assert labelled is not None and int(labelled[1].replace(",", "")) >= 30
    assert one_by_one.count('class="quality-text"') >= 30
    assert by_two.count('class="quality-text"') >= 10


def test_every_figure_is_right(demo):
    found = demo[0].run("verify")

    assert found.returncode == 0, found.stdout
