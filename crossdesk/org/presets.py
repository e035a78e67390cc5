"""What a workspace starts from: ten departments, the responsibility matrix, targets and hours. Data only."""

from dataclasses import dataclass

from crossdesk.org.enums import Basis, DepartmentKey

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class DepartmentPreset:
    """A desk as it comes: its icon and colour in the kit's names, and what it is there for."""

    key: str
    name: str
    icon: str
    color: str
    purpose: str


DEPARTMENTS = (
    DepartmentPreset(DepartmentKey.CUSTOMER_SERVICE, "Customer service", "headset", "blue", "Complaints and questions, answered and solved."),
    DepartmentPreset(DepartmentKey.MARKETING, "Marketing", "speakerphone", "pink", "Praise, campaigns, partners and the calendar."),
    DepartmentPreset(DepartmentKey.SALES, "Sales", "briefcase", "green", "People who want to buy, answered while they still do."),
    DepartmentPreset(DepartmentKey.PUBLIC_RELATIONS, "Public relations", "news", "purple", "Journalists and their deadlines."),
    DepartmentPreset(DepartmentKey.HUMAN_RESOURCES, "Human resources", "users", "orange", "Candidates, openings and conduct."),
    DepartmentPreset(DepartmentKey.RISK, "Risk", "shield", "red", "Threats, phishing, protests and leaks."),
    DepartmentPreset(DepartmentKey.LEGAL, "Legal", "scale", "indigo", "Privacy, claims and advice to all others."),
    DepartmentPreset(DepartmentKey.PRODUCT, "Product", "bulb", "cyan", "Wishes and defects, heard and decided."),
    DepartmentPreset(DepartmentKey.COMMUNICATIONS, "Communications", "broadcast", "teal", "Company news and one message in a crisis."),
    DepartmentPreset(DepartmentKey.MANAGEMENT, "Management", "chart-bar", "azure", "The whole picture, and the decisions it asks for."),
)  # fmt: skip

_CS, _MK, _SA, _PR, _HR, _RI, _LE, _PD, _CO = (
    DepartmentKey.CUSTOMER_SERVICE, DepartmentKey.MARKETING, DepartmentKey.SALES, DepartmentKey.PUBLIC_RELATIONS,
    DepartmentKey.HUMAN_RESOURCES, DepartmentKey.RISK, DepartmentKey.LEGAL, DepartmentKey.PRODUCT,
    DepartmentKey.COMMUNICATIONS,
)  # fmt: skip

# intent: (responsible, consulted, informed). `spam_abuse` and `other` owe nobody anything.
MATRIX: dict[str, tuple[str | None, tuple[str, ...], tuple[str, ...]]] = {
    "complaint": (_CS, (), (_PD,)),
    "question": (_CS, (), ()),
    "praise": (_MK, (), (_CS,)),
    "suggestion": (_PD, (), ()),
    "sales_lead": (_SA, (), (_MK,)),
    "press_enquiry": (_PR, (_CO, _LE), ()),
    "job_enquiry": (_HR, (), ()),
    "conduct": (_HR, (_LE,), ()),
    "threat": (_RI, (_LE,), (_CO,)),
    "protest": (_RI, (_PR,), (_CO,)),
    "phishing": (_RI, (_LE,), (_CO,)),
    "confidential_leak": (_RI, (_LE, _HR), ()),
    "legal_privacy": (_LE, (), ()),
    "partner_request": (_MK, (_SA,), (_CO,)),
    "spam_abuse": (None, (), ()),
    "other": (None, (), ()),
}

# (intent, urgency, seconds, basis): first match; "" matches all.
TARGETS: tuple[tuple[str, str, int, str], ...] = (
    ("", "p1", 15 * MINUTE, Basis.CALENDAR),
    ("complaint", "", 1 * HOUR, Basis.CALENDAR),
    ("press_enquiry", "", 1 * HOUR, Basis.CALENDAR),
    ("sales_lead", "", 1 * HOUR, Basis.CALENDAR),
    ("question", "", 4 * HOUR, Basis.BUSINESS),
    ("", "", 24 * HOUR, Basis.CALENDAR),
)

# Seven lists, Monday first.
WEEK: list[list[list[str]]] = [[["09:00", "17:00"]]] * 5 + [[], []]
