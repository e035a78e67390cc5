"""Changes of the organisation."""

from crossdesk.org.services import putting_back, walls_back  # noqa: F401 -- they register the ways back
from crossdesk.org.services.departments import (
    add_department,
    add_preset,
    archive_department,
    move_department,
    rename_department,
    restore_department,
    take_back_department,
)
from crossdesk.org.services.first import AlreadyFounded, Founder, found, make_first_link
from crossdesk.org.services.hours import (
    add_holiday,
    change_holiday,
    remove_holiday,
    set_hours,
    take_back_hours,
    withdraw_hours,
)
from crossdesk.org.services.importing import Fate, Made, Planned, import_people, plan_import
from crossdesk.org.services.invitations import accept_invitation, invite, revoke_invitation
from crossdesk.org.services.matrix import TargetRow, set_part, set_parts, set_targets
from crossdesk.org.services.passwords import (
    change_password,
    change_profile,
    make_reset_link,
    make_reset_link_for,
    reset_password,
    set_password,
)
from crossdesk.org.services.people import (
    add_member,
    change_role,
    change_title,
    create_user,
    deactivate,
    reactivate,
    set_seats,
)
from crossdesk.org.services.pictures import set_pictures_described
from crossdesk.org.services.preferences import UNDO_SECONDS, set_density, set_moves_on, set_undo_seconds
from crossdesk.org.services.setting_up import (
    all_done,
    choose_company,
    choose_departments,
    go_on,
    hours_are_right,
    put_away,
)
from crossdesk.org.services.walls import add_insider, encloses, open_wall, remove_insider, take_down
from crossdesk.org.services.workspaces import check_slug, create_workspace, rename_workspace, slug_of

__all__ = [
    "UNDO_SECONDS",
    "AlreadyFounded",
    "Fate",
    "Founder",
    "Made",
    "Planned",
    "TargetRow",
    "accept_invitation",
    "add_department",
    "add_holiday",
    "add_insider",
    "add_member",
    "add_preset",
    "all_done",
    "archive_department",
    "change_holiday",
    "change_password",
    "change_profile",
    "change_role",
    "change_title",
    "check_slug",
    "choose_company",
    "choose_departments",
    "create_user",
    "create_workspace",
    "deactivate",
    "encloses",
    "found",
    "go_on",
    "hours_are_right",
    "import_people",
    "invite",
    "make_first_link",
    "make_reset_link",
    "make_reset_link_for",
    "move_department",
    "open_wall",
    "plan_import",
    "put_away",
    "reactivate",
    "remove_holiday",
    "remove_insider",
    "rename_department",
    "rename_workspace",
    "reset_password",
    "restore_department",
    "revoke_invitation",
    "set_density",
    "set_hours",
    "set_moves_on",
    "set_part",
    "set_parts",
    "set_password",
    "set_pictures_described",
    "set_seats",
    "set_targets",
    "set_undo_seconds",
    "slug_of",
    "take_back_department",
    "take_back_hours",
    "take_down",
    "withdraw_hours",
]
