"""People write and are answered while the processes behind it are killed at random points of the way.

The network lives on; it forgets keys, so that a message whose answer was lost cannot simply be sent again.
"""

import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.proofs import company
from tests.servers.crossdesk import CrossdeskServer
from tests.servers.sandbox import SandboxServer

PEOPLE = ("anna", "ben", "carla", "dilek", "emil", "frida", "goran", "hanna")
SENTENCES = (
    "@brand Where is my parcel {n}? It should have come on Monday.",
    "@brand My invoice {n} is wrong, I was charged twice!",
    "@brand The app crashes when I open order {n}. Can you help?",
    "@brand Do you still sell the blue jacket, article {n}?",
    "@brand I am really disappointed. Third broken delivery, number {n}.",
)
ON_THE_WAY = frozenset({"prepared", "sending", "processing", "retry", "unknown"})
PATIENCE = 240.0  # seconds; a message that the network clearly has not is sent again after 77


@dataclass
class Life:
    """What goes on: customers write, whether we are up or not, and the owner answers as soon as there is a page."""

    sandbox: SandboxServer
    writer: company.Writer
    chance: random.Random
    said: list[str] = field(default_factory=list)  # ids on the network
    sent: list[str] = field(default_factory=list)  # answers that the page took
    held: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # the server died before it said anything
    trouble: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def answers(self) -> int:
        """How many were tried."""
        return len(self.sent) + len(self.held) + len(self.unanswered)

    def goes_on(self) -> None:
        """Until told that it is over."""
        try:
            while not self.over.wait(self.chance.uniform(0.02, 0.3)):
                self._customer()
                self._owner()
        except BaseException as error:
            self.trouble.append(error)
            raise

    def _customer(self) -> None:
        text = self.chance.choice(SENTENCES).format(n=4000 + len(self.said))
        self.said.append(self.sandbox.say(self.chance.choice(PEOPLE), text)["id"])
        if self.chance.random() < 0.3:
            kind = self.chance.choice(["slow", "slow_answer", "lost_answer"])
            self.sandbox.fail(kind, on="post", times=1, wait=self.chance.uniform(0.1, 0.8))

    def _owner(self) -> None:
        text = f"Thank you for telling us. We look into it, case {self.answers + 1}."
        try:
            waiting = self.writer.waiting()
            if not waiting or self.chance.random() < 0.4:
                return
            chosen = self.chance.choice(waiting)
        except httpx.TransportError:
            return
        try:
            status = self.writer.reply(chosen, text)
        except httpx.TransportError:
            self.unanswered.append(text)
            return
        assert status in (200, 409), status
        (self.sent if status == 200 else self.held).append(text)


@dataclass(frozen=True)
class Outcome:
    """Everything that both sides hold in the end."""

    seed: int
    kills: Counter[str]
    life: Life
    report: dict[str, Any]
    posts: list[dict[str, Any]]

    @property
    def figures(self) -> dict[str, int]:
        """lost: messages not stored, or answers taken and on the network not once; doubled: more than once."""
        there = self._there()
        states = {text: state for text, state, _ in self.report["outbox"]}
        stored = Counter(row[0] for row in self.report["theirs"])
        return {
            "kills": sum(self.kills.values()),
            "messages": len(self.life.said),
            "replies": len(states),
            "lost": sum(not stored[one] for one in self.life.said)
            + sum(not there[text] and states.get(text) != "doubtful" for text in {*self.life.sent, *states}),
            "doubled": sum(count > 1 for count in (*there.values(), *stored.values())),
            "doubtful": sum(state == "doubtful" for state in states.values()),
        }

    def _there(self) -> Counter[str]:
        return Counter(_words(post["text"]) for post in self.posts)

    def proves_itself(self) -> None:
        """Nothing lost, nothing twice, everything adds up."""
        report, life = self.report, self.life
        told = f"seed {self.seed}, kills {dict(self.kills)}, {self.figures}"
        assert sorted(report["theirs"]) == sorted([one, 1, 1, 1] for one in life.said), told
        assert self.figures | {"lost": 0, "doubled": 0} == self.figures, told
        asked_for = {text for text, _ in report["replies"]}
        assert {*life.sent, *life.held} <= asked_for <= {*life.sent, *life.held, *life.unanswered}, told
        outbox = {text: state for text, state, _ in report["outbox"]}
        assert set(outbox.values()) <= {"published", "doubtful"}, (told, outbox)
        assert set(life.sent) <= set(outbox), told
        assert not set(life.held) & set(outbox), told
        published = Counter(external_id for _, state, external_id in report["outbox"] if state == "published")
        assert set(published) <= {post["id"] for post in self.posts}, told
        assert set(published.values()) <= {1}, (told, published)
        assert sorted(report["ours"]) == sorted(post["id"] for post in self.posts), told
        tally = report["tally"]
        assert len({tally[stage] for stage in ("received", "stored", "read", "decided")}) == 1, (told, tally)
        assert tally["unreadable"] == report["unparsed"] == report["unnumbered"] == 0, (told, report)
        assert report["given_up"] == [], (told, report["given_up"])
        assert report["differences"] == [], (told, report["differences"])


def _words(text: str) -> str:
    """The answer without the handle that the network puts before it."""
    return text[text.index("Thank you") :] if "Thank you" in text else text


def run(home: Path, *, kills: int, seed: int, database_url: str = "", apart: bool = False) -> Outcome:
    """Live through so many kills and let everything come to rest. apart: a worker process beside the server."""
    chance = random.Random(seed)
    sandbox = SandboxServer(home / "sandbox").start()
    life = None
    processes: dict[str, CrossdeskServer] = {}
    try:
        sandbox.tell("settings", idempotency=False)
        _, token = sandbox.account("brand")
        server = company.found(home / "crossdesk", database_url=database_url, host=sandbox.url, token=token)
        processes["server"] = server
        if apart:
            processes["worker"] = CrossdeskServer(home / "crossdesk", database_url=database_url)
        life = Life(sandbox, company.Writer(server.url), random.Random(seed + 1))
        _start(processes)
        life.writer.sign_in()
        thread = threading.Thread(target=life.goes_on)
        thread.start()
        try:
            done = _kill_again_and_again(processes, kills=kills, chance=chance, life=life)
        finally:
            life.over.set()
            thread.join()
        assert life.trouble == [], f"seed {seed}: {life.trouble}"
        _start(processes)
        sandbox.tell("clear")
        report = _at_rest(server, life)
        return Outcome(seed, done, life, report, sandbox.posts("brand"))
    finally:
        for process in processes.values():
            process.stop(how=signal.SIGKILL)
        if life is not None:
            life.writer.close()
        sandbox.close()


def _start(processes: dict[str, CrossdeskServer]) -> None:
    for name, process in processes.items():
        if process.process is None:
            process.start("serve" if name == "server" else "worker")


def _kill_again_and_again(
    processes: dict[str, CrossdeskServer], *, kills: int, chance: random.Random, life: Life
) -> Counter[str]:
    done: Counter[str] = Counter()
    while sum(done.values()) < kills and not life.trouble:
        _start(processes)
        _let_something_happen(life, answers=chance.randint(0, 3), seconds=chance.uniform(0, 1.5))
        chosen = chance.choice(sorted(processes))
        processes[chosen].stop(how=signal.SIGKILL)
        done[chosen] += 1
    return done


def _let_something_happen(life: Life, *, answers: int, seconds: float) -> None:
    """So many more answers of the owner (or long enough that they should have come), and then some time."""
    before, deadline = life.answers, time.monotonic() + 5 * answers
    while life.answers < before + answers and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(seconds)


def _at_rest(server: CrossdeskServer, life: Life) -> dict[str, Any]:
    """What the installation holds once nothing is on its way any more, or when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        report = company.inside(server, "report")
        moving = [state for _, state, _ in report["outbox"] if state in ON_THE_WAY]
        tally = report["tally"]
        rests = (
            not moving
            and len(report["theirs"]) >= len(life.said)
            and len(report["ours"]) >= sum(state == "published" for _, state, _ in report["outbox"])
            and tally["decided"] == tally["read"] == tally["stored"]
            and not report["unparsed"]
            and not report["unnumbered"]
            and not report["differences"]
        )
        if rests or time.monotonic() > deadline:
            return report
        time.sleep(1)
