"""Every address of the installation, found in the URL table and filled in with real ids."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Address:
    """route: as the table has it, "w/<slug:slug>/contacts/<int:contact_id>/said"."""

    route: str

    @property
    def of_workspace(self) -> bool:
        """Is it for members of one workspace alone?"""
        return self.route.startswith("w/<slug:slug>/")

    @property
    def names(self) -> list[str]:
        """Its parameters below the workspace."""
        return [found["name"] for found in PARAMETER.finditer(self.route) if found["name"] != "slug"]

    def filled(self, slug: str, values: Mapping[str, object]) -> str:
        """With values: by route and name ("scoreboard/<slug:key>": …) where the name alone means several things."""

        def one(found: re.Match[str]) -> str:
            name = found["name"]
            if name == "slug":
                return slug
            here = self.route.removeprefix("w/<slug:slug>/").split("/")[0]
            value = values.get(f"{here}:{name}", values.get(name))
            if value is None:
                raise AssertionError(f"The walk does not know what to put for “{name}” in “{self.route}”. Teach it.")
            return str(value)

        return "/" + PARAMETER.sub(one, self.route)


def every_address() -> list[Address]:
    """The whole table."""
    return [Address(route) for route in _routes(get_resolver(), "")]


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for part in resolver.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLPattern):
            yield route
        else:
            yield from _routes(part, route)
