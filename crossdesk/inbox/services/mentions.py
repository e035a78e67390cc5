"""Colleagues whom a note names: @Ada Moss, or @Ada where only one of them is called so."""

import re

from crossdesk.org.models import Member


def mentioned(text: str, *, workspace_id: int) -> list[int]:
    """Ids of the members whom a text names, in the order of their ids. One query where there is an @, else none."""
    if "@" not in text:
        return []
    rows = Member.objects.filter(workspace_id=workspace_id, active=True).exclude(user__name="")
    names = {pk: " ".join(name.split()).casefold() for pk, name in rows.order_by("id").values_list("pk", "user__name")}
    firsts = [name.split(" ")[0] for name in names.values()]
    said = " ".join(text.split()).casefold()
    found = []
    for pk, name in names.items():
        first = name.split(" ")[0]
        forms = [name, first] if firsts.count(first) == 1 else [name]
        if any(re.search(rf"(?<!\w)@{re.escape(form)}(?!\w)", said) for form in forms):
            found.append(pk)
    return found
