"""Runs inside the peer's own environment: `python helpdesk_tickets.py FOLDER TICKETS REQUESTS`.

Builds a SQLite help desk with so many tickets (5 % open, most with a follow-up) once, then asks for random places of
its ticket list, thirty rows each, and prints the server times of the whole view as JSON: {"p50_ms", "p95_ms", "n"}.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROWS = 30  # as many as a page of ours
WORDS = [
    "order",
    "parcel",
    "kettle",
    "jacket",
    "refund",
    "voucher",
    "late",
    "broken",
    "thanks",
    "where",
    "size",
    "shop",
    "app",
    "login",
    "invoice",
    "return",
    "colour",
]


def configure(folder: Path) -> None:
    # Here and below: Django and the peer can be imported only once the settings stand.
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench", DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF="helpdesk_urls", USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "peer.sqlite3")}},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
            "django.contrib.staticfiles", "django.contrib.admin", "django.contrib.sites", "django.contrib.humanize",
            "rest_framework", "helpdesk",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
        HELPDESK_TEAMS_MODE_ENABLED=False, HELPDESK_TEAMS_MODEL="auth.User",
        HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[], SITE_ID=1, STATIC_URL="/static/",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    (folder / "helpdesk_urls.py").write_text(
        "from django.urls import include, path\nurlpatterns = [path('', include('helpdesk.urls', namespace='helpdesk'))]\n",
        encoding="utf-8",
    )
    sys.path.insert(0, str(folder))
    django.setup()


def build(tickets: int) -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    if Ticket.objects.count() >= tickets:
        return
    user = User.objects.create_superuser("bench", "bench@crossdesk.example", "bench")
    queues = [Queue.objects.create(title=f"Desk {n}", slug=f"desk-{n}") for n in range(10)]
    rng, start = random.Random(7), datetime.now(UTC) - timedelta(days=365)
    for first in range(0, tickets, 5000):
        rows = []
        for number in range(first, min(first + 5000, tickets)):
            text = " ".join(rng.choices(WORDS, k=20))
            rows.append(
                Ticket(
                    title=text[:60], description=text, queue=rng.choice(queues), status=1 if rng.random() < 0.05 else 4,
                    priority=rng.randint(1, 5), submitter_email=f"person{number}@crossdesk.example",
                    created=start + timedelta(seconds=number * 300), modified=start + timedelta(seconds=number * 300),
                    assigned_to=user if rng.random() < 0.5 else None,
                )
            )  # fmt: skip
        made = Ticket.objects.bulk_create(rows)
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, title="Reply", comment="We are on it.", public=True, user=user, date=ticket.created)
            for ticket in made
            if rng.random() < 0.7
        )


def measure(tickets: int, requests: int) -> dict[str, float]:
    from django.contrib.auth.models import User
    from django.test import Client
    from helpdesk.query import query_to_base64

    client, rng = Client(), random.Random(11)
    client.force_login(User.objects.get(username="bench"))
    wish = {"filtering": {"status__in": [1]}, "sorting": "created", "sortreverse": True, "search_string": ""}
    address = f"/datatables_ticket_list/{query_to_base64(wish)}"
    places = max(1, tickets // 25 - ROWS)  # about one in twenty is open; stay well inside
    times = []
    for number in range(requests + 5):
        began = time.perf_counter()
        answer = client.get(address, {"start": rng.randrange(places), "length": ROWS, "draw": number})
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200 or len(answer.json()["data"]) != ROWS:
            raise SystemExit(f"the peer answered {answer.status_code}: {answer.content[:200]!r}")
        if number >= 5:
            times.append(took)
    times.sort()
    return {"p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)], "n": len(times)}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    configure(place)
    build(int(sys.argv[2]))
    print(json.dumps(measure(int(sys.argv[2]), int(sys.argv[3]))))
