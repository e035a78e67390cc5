"""Addresses below /w/<slug>/organisation/."""

from django.urls import path

from crossdesk.web.pages.organisation import (
    access,
    changes,
    departments,
    hours,
    importing,
    invitations,
    matrix,
    people,
    places,
    rule_form,
    rules,
    saved,
    targets,
    walls,
)

urlpatterns = [
    path("", departments.departments, name="organisation"),
    path("departments/add", departments.add, name="department_add"),
    path("departments/<int:department_id>", departments.department, name="department"),
    path("departments/<int:department_id>/act", departments.act, name="department_act"),
    path("departments/<int:department_id>/hours", hours.set_hours, name="department_hours"),
    path("departments/<int:department_id>/hours/<int:hours_id>/withdraw", hours.withdraw, name="hours_withdraw"),
    path("departments/<int:department_id>/holidays", hours.add_holiday, name="holiday_add"),
    path(
        "departments/<int:department_id>/holidays/<int:holiday_id>/remove", hours.remove_holiday, name="holiday_remove"
    ),
    path("people", people.people, name="people"),
    path("people/import", importing.importing, name="people_import"),
    path("people/import/example.csv", importing.example, name="people_example"),
    path("people/invite", invitations.invite, name="invite"),
    path("people/invitations/<int:invitation_id>/revoke", invitations.revoke, name="invitation_revoke"),
    path("people/<int:member_id>", people.person, name="person"),
    path("people/<int:member_id>/act", people.act, name="person_act"),
    path("matrix", matrix.matrix, name="matrix"),
    path("matrix/<slug:intent>/<int:department_id>", matrix.cell, name="matrix_cell"),
    path("access", access.access, name="access"),
    path("access/<int:account_id>/<int:department_id>", access.cell, name="access_cell"),
    path("place/<slug:what>/<int:thing_id>", places.place, name="place"),
    path("history/<slug:key>", changes.history, name="history"),
    path("history/<slug:key>/<int:thing_id>", changes.history, name="history_of"),
    path("put-back", changes.put_back, name="put_back"),
    path("rules", rules.rules, name="rules"),
    path("rules/new", rule_form.new, name="rule_new"),
    path("rules/<int:rule_id>", rule_form.rule, name="rule"),
    path("rules/<int:rule_id>/act", rules.act, name="rule_act"),
    path("targets", targets.targets, name="targets"),
    path("writing", saved.writing, name="writing"),
    path("writing/pictures", saved.pictures, name="writing_pictures"),
    path("writing/<int:saved_id>/<slug:name>", saved.act, name="saved_act"),
    path("walls", walls.walls, name="walls"),
    path("walls/<int:wall_id>", walls.wall, name="wall"),
]
