"""What each intent usually is: how common, whose, how urgent, who writes it. A topic's own lines win over these."""

from dataclasses import dataclass

from .grammar import Topic


@dataclass(frozen=True, slots=True)
class Usual:
    """The defaults of an intent. share: of a hundred stories."""

    share: float
    department: str
    sentiment: str
    urgency: str
    reply: bool
    who: tuple[str, ...]
    account: str = "brand"
    direct: float = 0.0
    calm: bool = False  # written without a voice on top
    answered: float = 0.85  # of those that need a reply


USUAL = {
    "complaint": Usual(22.5, "customer_service", "negative", "normal", True, ("customer",), "help", 0.12),
    "question": Usual(16, "customer_service", "neutral", "normal", True, ("customer",), "help", 0.14),
    "praise": Usual(16.5, "marketing", "positive", "low", False, ("customer",)),
    "suggestion": Usual(5.5, "product", "neutral", "low", False, ("customer",)),
    "sales_lead": Usual(2.2, "sales", "neutral", "high", True, ("business", "business", "customer"), calm=True, direct=0.2),
    "press_enquiry": Usual(1.2, "public_relations", "neutral", "high", True, ("journalist",), direct=0.3, calm=True, answered=0.95),
    "job_enquiry": Usual(1.8, "human_resources", "neutral", "normal", True, ("candidate",), "careers", 0.25, calm=True),
    "conduct": Usual(0.9, "human_resources", "negative", "high", True, ("customer", "insider"), direct=0.5, calm=True),
    "threat": Usual(0.6, "risk", "negative", "p1", False, ("troll",), calm=True),
    "protest": Usual(1.3, "risk", "negative", "normal", False, ("activist", "customer"), calm=True),
    "phishing": Usual(1.3, "risk", "negative", "high", True, ("customer",), answered=0.95),
    "confidential_leak": Usual(0.4, "risk", "neutral", "high", True, ("insider", "customer"), direct=0.3, calm=True),
    "legal_privacy": Usual(1.3, "legal", "negative", "high", True, ("customer",), "help", 0.35, calm=True, answered=0.92),
    "partner_request": Usual(1.5, "marketing", "positive", "low", True, ("creator", "business"), direct=0.3, calm=True, answered=0.7),
    "spam_abuse": Usual(4, "none", "neutral", "low", False, ("spammer",), calm=True),
    "other": Usual(23, "none", "neutral", "low", False, ("customer",)),
}  # fmt: skip


COLLEAGUE = {  # whom they usually ask
    "complaint": "product",
    "question": "product",
    "praise": "customer_service",
    "suggestion": "customer_service",
    "sales_lead": "product",
    "press_enquiry": "communications",
    "job_enquiry": "legal",
    "conduct": "legal",
    "threat": "legal",
    "protest": "communications",
    "phishing": "legal",
    "confidential_leak": "legal",
    "legal_privacy": "customer_service",
    "partner_request": "sales",
}


def usual(topic: Topic) -> Usual:
    """The defaults of the topic's intent."""
    return USUAL[topic.intent]


def department(topic: Topic) -> str:
    """Who is responsible in the end."""
    return topic.meta.get("department", usual(topic).department)


EVERYDAY = ("complaint", "question", "praise", "suggestion", "other")


def reserved(topic: Topic) -> bool:
    """Whether it is too particular for the small talk that fits everyday conversations."""
    return topic.intent not in EVERYDAY or bool(topic.meta.get("safety"))


def colleague(topic: Topic) -> str:
    """The department that is asked when its owner does not know."""
    asked = topic.meta.get("consult", COLLEAGUE.get(topic.intent, ""))
    return asked if asked != department(topic) else ""


def needs_reply(topic: Topic, *, flipped: bool) -> bool:
    """Whether this text of the topic asks for an answer."""
    says = topic.meta.get("reply")
    return (usual(topic).reply if says is None else says == "yes") != flipped


def chance(topic: Topic, key: str, default: float = 0.0) -> float:
    """A probability that the topic may set."""
    return float(topic.meta.get(key, default))


def writers(topic: Topic) -> tuple[str, ...]:
    """The kinds of people who write this."""
    return tuple(topic.meta["who"].split()) if "who" in topic.meta else usual(topic).who
