"""What each role may do."""

from crossdesk.org.enums import Right, Role

RIGHTS_OF_ROLE: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset(Right.values),
    Role.ADMINISTRATOR: frozenset(Right.values),
    Role.LEAD: frozenset({Right.WORK, Right.SEE_SCOREBOARD, Right.MANAGE_RULES, Right.OPEN_WALLS}),
    Role.MEMBER: frozenset({Right.WORK, Right.SEE_SCOREBOARD}),
    Role.VIEWER: frozenset({Right.SEE_SCOREBOARD}),
}
