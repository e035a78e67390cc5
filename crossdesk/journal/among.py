"""The lookup `among`: one of many ids or texts, sent as one value. Django's own `in` looks at each of them by itself."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject
from django.db.models.lookups import Lookup


class Many:
    """Values of one kind, for `among`. Whole numbers or texts, as the column holds them."""

    def __init__(self, values: Iterable[int | str | None]) -> None:
        self.values = list(values)

    def sent(self, vendor: str) -> Any:
        """The one value that the database gets."""
        return self.values if vendor == "postgresql" else json.dumps(self.values)


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`message_id__among=many(ids)`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """One value, whatever their number."""
        assert isinstance(self.rhs, Many)
        column, before = self.process_lhs(compiler, connection)
        values = [*before, self.rhs.sent(connection.vendor)]
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", values
        return f"{column} IN (SELECT value FROM json_each(%s))", values  # noqa: S608 -- a column only


def many(values: Iterable[int | str | None]) -> Many:
    """For `among`."""
    return Many(values)
