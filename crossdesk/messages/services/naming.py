"""What addresses a profile names is kept beside it, so that who is named finds it."""

from collections.abc import Sequence

from crossdesk.journal import bulk
from crossdesk.messages.likeness import named
from crossdesk.messages.models import Identity, NamedAddress


def keep_named(new: Sequence[Identity], changed: Sequence[Identity] = ()) -> None:
    """Keep what these profiles name. new: never kept before. At most three statements, none where no bio says anything."""
    if changed:
        NamedAddress.objects.filter(identity__in=changed).delete()
    rows = [
        bulk.made(NamedAddress, workspace_id=one.workspace_id, identity=one, address=address)
        for one in (*new, *changed)
        if one.bio
        for address in sorted(named(one))
    ]
    bulk.insert(rows)
