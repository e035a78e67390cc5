"""Server time of whole pages, template and all, for random places in archives of two sizes."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from crossdesk.cli.bench import company
from crossdesk.cli.bench.archive import Archive
from crossdesk.cli.bench.company import READERS, SLUG
from crossdesk.cli.bench.place import Place
from crossdesk.inbox.models import Conversation, Duty
from crossdesk.inbox.queries import LIST_PAGE
from crossdesk.inbox.queries.keyset import key_of
from crossdesk.kit.errors import CrossdeskError
from crossdesk.kit.statistics import quantile
from crossdesk.messages.models import Message
from crossdesk.org.models import Department, User

KINDS: Final = ("queue", "conversation", "search", "scoreboard")
WARM_UP: Final = 5
SAMPLE: Final = 1000
LEAST_WORD: Final = 4

Tell = Callable[[int, int], None]


class PageTrouble(CrossdeskError):
    """A page did not answer as it should; its time says nothing."""

    code: ClassVar[str] = "bench.page"


@dataclass
class Times:
    """Milliseconds of one kind of page in one archive."""

    ms: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The time that this share of the requests did not exceed."""
        return round(quantile(self.ms, share), 2)


class Visitor:
    """Members of five departments who ask one archive for random pages."""

    def __init__(self, archive: Archive, *, seed: int) -> None:
        self._rng = random.Random(seed)
        self._place = Place(archive.path)
        self.times = {kind: Times() for kind in KINDS}
        with self._place.entered():
            self._clients = {key: _signed_in(key) for key in READERS}
            self._desks = dict(Department.objects.filter(key__in=READERS).values_list("key", "pk"))
            self._queues = {key: self._places(desk) for key, desk in self._desks.items()}
            self._conversations = self._some_conversations()
            self._words = self._some_words()

    def ask(self, kind: str, *, count: bool = True) -> None:
        """One request. count: False for warming up."""
        key = self._rng.choice(READERS)
        address = getattr(self, f"_{kind}")(key)
        with self._place.entered():
            began = time.perf_counter()
            answer = self._clients[key].get(address)
            took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise PageTrouble(f"{address} answered {answer.status_code} instead of a page.")
        if count:
            self.times[kind].ms.append(took)

    def close(self) -> None:
        """Let go of the file."""
        self._place.close()

    def _places(self, desk: int) -> list[str]:
        """Where full pages of this queue may begin; a queue shorter than a page begins at its top."""
        rows = Duty.objects.filter(department_id=desk, queue_at__isnull=False).order_by("queue_at", "id")
        found = list(rows.values_list("queue_at", "pk"))
        found = found[:-LIST_PAGE]
        some = self._rng.sample(found, min(len(found), SAMPLE))
        return ["", *(key_of(moment, pk) for moment, pk in some if moment)]

    def _some_conversations(self) -> list[int]:
        last = Conversation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return [self._rng.randint(1, last) for _ in range(SAMPLE)]

    def _some_words(self) -> list[list[str]]:
        last = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ids = {self._rng.randint(1, last) for _ in range(SAMPLE)}
        texts = Message.objects.filter(pk__in=ids).values_list("text", flat=True)
        found = [[word for word in text.split() if len(word) >= LEAST_WORD and word.isalnum()] for text in texts]
        return [words for words in found if words]

    def _queue(self, key: str) -> str:
        return _with(reverse("web:queue", args=[SLUG, key]), after=self._rng.choice(self._queues[key]))

    def _conversation(self, key: str) -> str:
        return reverse("web:open", args=[SLUG, key, self._rng.choice(self._conversations)])

    def _search(self, key: str) -> str:
        words = self._rng.choice(self._words)
        some = self._rng.sample(words, min(len(words), self._rng.choice((1, 1, 2))))
        return _with(reverse("web:queue", args=[SLUG, "all"]), q=" ".join(some))

    def _scoreboard(self, key: str) -> str:
        department = self._rng.choice(("", self._desks[key]))
        return _with(reverse("web:scoreboard", args=[SLUG]), days=self._rng.choice((7, 28, 90)), department=department)


def _with(address: str, **query: object) -> str:
    return f"{address}?{urlencode(query)}"


def _signed_in(department_key: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=company.email_of(department_key)))
    return client


def visit(archives: Sequence[Archive], *, requests: int, tell: Tell, seed: int = 5) -> list[dict[str, Times]]:
    """So many requests of each kind to each archive, interleaved. Returns the times of each archive."""
    visitors = [Visitor(archive, seed=seed) for archive in archives]
    try:
        for number in range(-WARM_UP, requests):
            for kind in KINDS:
                for visitor in visitors if number % 2 else reversed(visitors):
                    visitor.ask(kind, count=number >= 0)
            tell(number + 1 + WARM_UP, requests + WARM_UP)
    finally:
        for visitor in visitors:
            visitor.close()
    return [visitor.times for visitor in visitors]
