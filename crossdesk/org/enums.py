"""Values of the organisation, as the pages and the database write them."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member may do in a workspace; see `rights.RIGHTS_OF_ROLE`."""

    OWNER = "owner", "Owner"
    ADMINISTRATOR = "administrator", "Administrator"
    LEAD = "lead", "Lead"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"


class Density(TextChoices):
    """How closely the lists are set."""

    COMFORTABLE = "comfortable", "Comfortable"
    COMPACT = "compact", "Compact"


class Right(TextChoices):
    """One thing a role may do. Access to accounts is apart: departments have that (channels)."""

    MANAGE_WORKSPACE = "manage_workspace", "Change the workspace and its departments"
    MANAGE_PEOPLE = "manage_people", "Invite people, change their roles and departments"
    MANAGE_ACCOUNTS = "manage_accounts", "Connect accounts and say who may use them"
    MANAGE_RULES = "manage_rules", "Change the responsibility matrix, rules, targets and hours"
    SEE_OPERATIONS = "see_operations", "See jobs, dead letters and deliveries, and run them again"
    SEE_SCOREBOARD = "see_scoreboard", "See measures of all departments"
    SEE_AUDIT = "see_audit", "Read the audit trail"
    WORK = "work", "Reply, note, assign, hand over, snooze, resolve, correct"
    OPEN_WALLS = "open_walls", "Enclose a conversation and say who stands inside"


class DepartmentKey(TextChoices):
    """The ten presets. A workspace may add its own keys."""

    CUSTOMER_SERVICE = "customer_service", "Customer service"
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    PUBLIC_RELATIONS = "public_relations", "Public relations"
    HUMAN_RESOURCES = "human_resources", "Human resources"
    RISK = "risk", "Risk"
    LEGAL = "legal", "Legal"
    PRODUCT = "product", "Product"
    COMMUNICATIONS = "communications", "Communications"
    MANAGEMENT = "management", "Management"


class Part(TextChoices):
    """A department's part in a topic of the responsibility matrix."""

    RESPONSIBLE = "responsible", "Responsible"
    CONSULTED = "consulted", "Consulted"
    INFORMED = "informed", "Informed"


class Basis(TextChoices):
    """How a target's time runs."""

    CALENDAR = "calendar", "Round the clock"
    BUSINESS = "business", "In business hours"


class Company(TextChoices):
    """Who works in a workspace."""

    ALONE = "alone", "Just me"
    TEAM = "team", "A team"


class Step(TextChoices):
    """The steps of setting a workspace up, in their order."""

    COMPANY = "company", "You or a team"
    DEPARTMENTS = "departments", "Departments"
    ACCOUNT = "account", "An account"
    PEOPLE = "people", "People"
    READY = "ready", "Ready"


class WallKind(TextChoices):
    """Why a wall stands."""

    THREAT = "threat", "Threat"
    CONDUCT = "conduct", "Conduct"
    PRIVILEGED = "privileged", "Legally privileged"
    OTHER = "other", "Confidential"
