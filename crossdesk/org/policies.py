"""Who may do what in the organisation."""

from collections.abc import Iterable

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.org.enums import Right, Role


def require(by: Actor, right: str, what: str) -> None:
    """Raises NotAllowed: “You may not {what}.”"""
    if not by.may(right):
        raise NotAllowed(f"You may not {what}. Ask an administrator.")


def can_make(by: Actor, role: str) -> bool:
    """Only an owner makes owners, and only an owner changes one."""
    return by.kind == "system" or role != Role.OWNER or by.role == Role.OWNER


def can_manage_walls(by: Actor, wall_id: int) -> bool:
    """Only who stands inside a wall says who else does."""
    return by.may(Right.OPEN_WALLS) and wall_id in by.walls


def can_reset_password(by: Actor, *, roles: Iterable[tuple[int, str]]) -> bool:
    """May this actor make a link that sets somebody's password? roles: (workspace, role) of that person, wherever.

    The link opens every workspace of that person, so it is for who manages people in their only workspace; in
    several, for the operator at the command line.
    """
    places = list(roles)
    if by.kind == "system":
        return True
    return (
        by.may(Right.MANAGE_PEOPLE)
        and all(workspace_id == by.workspace_id for workspace_id, _ in places)
        and all(can_make(by, role) for _, role in places)
    )
