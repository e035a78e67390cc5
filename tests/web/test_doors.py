"""Signing in and out, the theme, and who gets into a workspace."""

import pytest
from django.test import Client
from django.urls import reverse

from crossdesk.kit import clock
from crossdesk.org.models import User
from crossdesk.org.services import create_workspace

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def mara():
    return User.objects.create_user("mara@nordwind.example", PASSWORD, name="Mara Lindqvist")


@pytest.fixture
def nordwind(mara):
    return create_workspace(slug="nordwind", name="Nordwind", time_zone="Europe/Berlin", owner=mara, now=clock.now())


def test_a_person_signs_in_and_lands_where_they_wanted_to_go(client, mara):
    answer = client.post(
        reverse("web:sign_in"), {"email": "Mara@Nordwind.example ", "password": PASSWORD, "next": "/gallery"}
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/gallery")
    assert client.session["_auth_user_id"] == str(mara.pk)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(client, mara, elsewhere):
    answer = client.post(reverse("web:sign_in"), {"email": mara.email, "password": PASSWORD, "next": elsewhere})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("email", ["mara@nordwind.example", "nobody@nordwind.example"])
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(client, mara, email):
    answer = client.post(reverse("web:sign_in"), {"email": email, "password": "wrong"})

    assert answer.status_code == 422
    assert b"The address or the password is not right." in answer.content
    assert "_auth_user_id" not in client.session


def test_signing_in_needs_the_token_of_our_own_form(mara):
    answer = Client(enforce_csrf_checks=True).post(reverse("web:sign_in"), {"email": mara.email, "password": PASSWORD})

    assert answer.status_code == 403
    assert b"This form is too old." in answer.content


def test_signing_out_ends_the_session(client, mara):
    client.force_login(mara)

    answer = client.post(reverse("web:sign_out"))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_sent_to_the_door_and_a_fragment_asks_the_browser_to_go_there(client, nordwind):
    address = reverse("web:workspace", args=[nordwind.slug])

    page, fragment = client.get(address), client.get(address, headers={"HX-Request": "true"})

    assert (page.status_code, page.headers["Location"]) == (302, "/sign-in?next=/w/nordwind/")
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/sign-in")


def test_a_workspace_of_others_is_like_one_that_does_not_exist(client, nordwind):
    client.force_login(User.objects.create_user("eve@elsewhere.example", PASSWORD))

    theirs, none = client.get("/w/nordwind/"), client.get("/w/nothing/")

    assert (theirs.status_code, theirs.content) == (404, none.content)


def test_who_has_no_workspace_is_told_what_to_do(client, mara):
    client.force_login(mara)

    page = client.get("/")

    assert page.status_code == 200
    assert b"Ask an administrator to invite you." in page.content


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("dark", b'data-scheme="dark"'), ("light", b'data-scheme="light"'), ("pink", b'data-scheme="system"')],
)
def test_the_chosen_theme_is_drawn_by_the_server_from_then_on(client, mara, chosen, shown):
    client.post(reverse("web:theme"), {"theme": chosen})

    assert shown in client.get(reverse("web:sign_in")).content


def test_every_page_forbids_what_is_inline_or_from_elsewhere(client):
    headers = client.get(reverse("web:sign_in")).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
        "DENY",
        "nosniff",
        "same-origin",
    )
