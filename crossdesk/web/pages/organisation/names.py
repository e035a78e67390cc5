"""The preset departments in the reader's language, for when they are chosen; afterwards a name is data of the workspace."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from crossdesk.org.enums import DepartmentKey

NAMES: Final[Mapping[str, str | Promise]] = {
    DepartmentKey.CUSTOMER_SERVICE: pgettext_lazy("department", "Customer service"),
    DepartmentKey.MARKETING: pgettext_lazy("department", "Marketing"),
    DepartmentKey.SALES: pgettext_lazy("department", "Sales"),
    DepartmentKey.PUBLIC_RELATIONS: pgettext_lazy("department", "Public relations"),
    DepartmentKey.HUMAN_RESOURCES: pgettext_lazy("department", "Human resources"),
    DepartmentKey.RISK: pgettext_lazy("department", "Risk"),
    DepartmentKey.LEGAL: pgettext_lazy("department", "Legal"),
    DepartmentKey.PRODUCT: pgettext_lazy("department", "Product"),
    DepartmentKey.COMMUNICATIONS: pgettext_lazy("department", "Communications"),
    DepartmentKey.MANAGEMENT: pgettext_lazy("department", "Management"),
}


def preset_name(key: str) -> str:
    """What the preset is called here; the key itself where there is none."""
    return str(NAMES.get(key, key))
