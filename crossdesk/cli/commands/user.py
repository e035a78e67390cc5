"""crossdesk user: make people, and links with which they sign in. Mail is not needed."""

import click
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from crossdesk.kit import clock
from crossdesk.org import queries, services


@click.group()
def command() -> None:
    """Make people, and links with which they sign in."""


@command.command("create")
@click.argument("email")
@click.option("--name", default="", help="How the person is called; the address up to the @ where it is left out.")
@click.option("--workspace", "workspace_name", default="", help="Make a workspace of this name, owned by them.")
@click.option("--slug", default="", help="The workspace's word in addresses; made from its name where it is left out.")
@click.option("--time-zone", default="UTC", show_default=True, help="Theirs and the workspace's, e.g. Europe/Berlin.")
@click.option("--password", default=None, help="Their password; without it they get a link to choose one.")
@click.option("--operator", is_flag=True, help="They see the work of all workspaces of this installation.")
def create(
    email: str, name: str, workspace_name: str, slug: str, time_zone: str, password: str | None, operator: bool
) -> None:
    """Make a person, and a workspace of theirs when --workspace is given."""
    now = clock.now()
    with transaction.atomic():  # a workspace that is refused leaves no person behind
        user = services.create_user(
            email=email, name=name or email.strip().partition("@")[0], password=password, now=now, time_zone=time_zone,
            is_operator=operator,
        )  # fmt: skip
        made = workspace_name and services.create_workspace(
            slug=slug or services.slug_of(workspace_name), name=workspace_name, time_zone=time_zone, owner=user, now=now
        )
    click.echo(f"Made {user.email}.")
    if made:
        click.echo(f"Made the workspace {made.name}: {settings.URL}{reverse('web:workspace', args=[made.slug])}")
    if password is None:
        _echo_link(user.email)


@command.command("first-link")
def first_link() -> None:
    """Print a fresh link with which the first person sets this installation up, while nobody is there."""
    token = services.make_first_link(now=clock.now())
    click.echo(f"To begin, once, within a day: {settings.URL}{reverse('web:welcome', args=[token])}")


@command.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link with which the person sets a new password, once, within a day."""
    _echo_link(email)


@command.command("set-password")
@click.argument("email")
@click.password_option("--password", help="Asked for where it is left out.")
def set_password(email: str, password: str) -> None:
    """Set somebody's password here and now; their open sessions end."""
    user = services.set_password(email=email, password=password, now=clock.now())
    click.echo(f"The password of {user.email} is set.")


@command.command("list")
def list_people() -> None:
    """List everybody with their workspaces and roles."""
    for user, places in queries.everybody():
        where = ", ".join(f"{place.workspace.slug} ({place.role})" for place in places)
        click.echo(f"{user.email}\t{user.name}\t{where or 'no workspace'}")


def _echo_link(email: str) -> None:
    token = services.make_reset_link_for(email=email, now=clock.now())
    click.echo(f"To choose a password, once, within a day: {settings.URL}{reverse('web:new_password', args=[token])}")
