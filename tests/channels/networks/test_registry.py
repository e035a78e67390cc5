"""Where the adapters' one client may call."""

import json

import pytest

from crossdesk.channels.networks import registry
from crossdesk.kit.outgoing import ForbiddenAddress


@pytest.fixture
def practice(settings, tmp_path):
    """The practice network was started here, on this port."""
    settings.HOME, settings.ALLOWED_HOSTS_OUT = tmp_path, []
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / "place.json").write_text(json.dumps({"port": 8123}), encoding="utf-8")
    return registry.guard()


def test_the_practice_network_may_be_called_on_its_own_port_only(practice):
    assert practice.numbers("127.0.0.1", 8123) == ["127.0.0.1"]
    for host, port in (("127.0.0.1", 22), ("localhost", 8123), ("10.0.0.1", 8123)):
        with pytest.raises(ForbiddenAddress):
            practice.numbers(host, port)


def test_what_an_administrator_allows_may_be_called_at_once(practice, settings):
    settings.ALLOWED_HOSTS_OUT = ["10.0.0.0/8"]

    assert practice.numbers("10.0.0.1", 443) == ["10.0.0.1"]


def test_only_networks_that_hand_in_have_a_webhook():
    assert [name for name in ("bluesky", "mastodon", "sandbox", "webhook") if registry.webhook_of(name)] == ["webhook"]
