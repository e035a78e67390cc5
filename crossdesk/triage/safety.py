"""What each safety finding means for departments. Data and two small questions; see docs on departments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crossdesk.kit import words
from crossdesk.org.enums import DepartmentKey


@dataclass(frozen=True, slots=True)
class Danger:
    """says: the finding in words, where the reader gave no reason. department: who answers for it, by key.

    intent: stands in for the finding in the matrix (who answers where that department is not there; who has a part)
    and in the targets. least: the urgency it has at least.
    """

    says: str
    department: str
    intent: str
    least: str


# In the order of weight: the first finding of a message says who holds the pen.
DANGERS: Mapping[str, Danger] = {
    "threat": Danger("speaks of violence", DepartmentKey.RISK, "threat", "p1"),
    "self_harm": Danger("speaks of harming themselves", DepartmentKey.RISK, "threat", "p1"),
    "product_safety": Danger("speaks of an unsafe product", DepartmentKey.RISK, "threat", "p1"),
    "phishing": Danger("speaks of phishing in our name", DepartmentKey.RISK, "phishing", "high"),
    "leak": Danger("speaks of something confidential", DepartmentKey.RISK, "confidential_leak", "high"),
    "regulator": Danger("names a regulator", DepartmentKey.LEGAL, "legal_privacy", "high"),
    "legal_threat": Danger("speaks of going to law", DepartmentKey.LEGAL, "legal_privacy", "high"),
    "personal_data_public": Danger("shows personal data in public", DepartmentKey.LEGAL, "legal_privacy", "high"),
    "press": Danger("comes from the press", DepartmentKey.PUBLIC_RELATIONS, "press_enquiry", "high"),
}

# Speech about pay, hours, conditions or organising, and whistleblowing: legal looks before anybody acts.
_PROTECTED_WORDS = (
    "my pay", "our pay", "their pay", "staff pay", "low pay", "pay rise", "pay slip", "pay gap", "wage", "wages",
    "salary", "salaries", "overtime", "unpaid", "underpaid", "minimum wage", "our hours", "working hours",
    "long hours", "unpaid hours", "shift", "shifts", "rota", "no breaks", "sick pay", "holiday pay",
    "working conditions", "work conditions", "unsafe work", "safety at work", "union", "unions", "unionise",
    "unionize", "unionising", "unionizing", "works council", "strike", "picket", "collective bargaining",
    "whistleblower", "whistleblowing", "whistle-blower", "blow the whistle", "blew the whistle", "retaliation",
    "retaliated", "reported my manager", "lohn", "gehalt", "überstunden", "arbeitszeit", "arbeitszeiten", "schicht",
    "schichten", "arbeitsbedingungen", "gewerkschaft", "betriebsrat", "streik", "tarifvertrag", "hinweisgeber",
)  # fmt: skip
_PROTECTED = words.finder(_PROTECTED_WORDS)


def protected_words(plain_text: str) -> Sequence[str]:
    """Words of speech that the law protects, in the order they stand; empty when there are none."""
    return list(dict.fromkeys(hit.group() for hit in _PROTECTED.finditer(plain_text)))
