"""The people and texts of the demo: a company, six hundred people, endless stories. Plain Python, the same from a seed.

All of it is invented and written for this project.
"""

from .company import company
from .incidents import incidents
from .people import people
from .shapes import (
    Account,
    Beat,
    Company,
    Consult,
    FollowUp,
    Hours,
    Incident,
    Media,
    Person,
    Post,
    Product,
    SavedText,
    StaffMember,
    Story,
    Turn,
)
from .stories import stories
from .timeline import history, moments

__all__ = [
    "Account",
    "Beat",
    "Company",
    "Consult",
    "FollowUp",
    "Hours",
    "Incident",
    "Media",
    "Person",
    "Post",
    "Product",
    "SavedText",
    "StaffMember",
    "Story",
    "Turn",
    "company",
    "history",
    "incidents",
    "moments",
    "people",
    "stories",
]
