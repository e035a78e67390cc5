"""How a story goes on after its first message: answers, questions back, thanks, anger, notes, consults, silence."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import cast

from . import kinds
from .company import company
from .grammar import Topic
from .scene import Scene
from .shapes import Consult, FollowUp, Mood, StaffMember, Turn, Visibility
from .voices import spoken

MEDIAN_MINUTES = {"p1": 11, "high": 38, "normal": 110, "low": 320}
PACE = {"legal": 2.2, "product": 2.0, "human_resources": 1.7, "management": 2.0, "public_relations": 0.7, "risk": 0.8}
WAYS = {  # how an answered conversation goes, in parts of a hundred
    "once": 34,
    "thanks": 25,
    "full": 26,
    "angry": 15,
}
HAPPENED = re.compile(  # it takes days until somebody can say this
    r"(?i)\b(arrived|it came|came today|it's here|is back|money is|money's|mended and|fetched it|collected|fits!|rang\b"
    r"|picked it up|stands again|received\.|settled|piece runs|got what i need|angekommen|ist da|repariert und|angerufen)"
)
LIGHT = ("lower", "typo", "emoji", "terse", "shouty")  # voices that show in a short reply too
REASONS = {
    "complaint": ("solved", "refunded", "replaced", "explained"),
    "question": ("answered", "answered", "passed on"),
    "sales_lead": ("offer sent", "passed on", "answered"),
    "press_enquiry": ("answered", "statement given"),
    "job_enquiry": ("answered", "applied"),
    "conduct": ("passed on", "looked into"),
    "phishing": ("taken down", "explained"),
    "legal_privacy": ("request fulfilled", "explained"),
}


class Flow:
    """Adds turns to a story until it ends."""

    def __init__(
        self,
        *,
        rng: random.Random,
        scene: Scene,
        topic: Topic,
        turns: list[Turn],
        needs_reply: bool,
        urgency: str,
        department: str,
        answered: float,
    ) -> None:
        self.rng, self.scene, self.topic, self.turns = rng, scene, topic, turns
        self.needs_reply, self.urgency, self.department = needs_reply, urgency, department
        self.answered = answered
        self.visibility: Visibility = turns[0].visibility
        self.resolved_reason: str | None = None
        self.csat: int | None = None
        self.member = self._member(department) if department != "none" else None

    def run(self) -> None:
        """Tell the rest."""
        if self.member is None:
            return
        if not self.needs_reply:
            self._maybe_chat()
            return
        if self.rng.random() > self.answered:
            self._silence()
            return
        if self.rng.random() < 0.07:
            self._nudge()
        calm = self.topic.intent != "complaint" and "angry" not in self.topic.sections
        way = self.rng.choices(list(WAYS), [0 if calm and way == "angry" else share for way, share in WAYS.items()])[0]
        steps: dict[str, Callable[[], None]] = {
            "once": self._once,
            "thanks": self._thanked,
            "full": self._full,
            "angry": self._angry,
        }
        steps[way]()

    def follow_ups(self) -> tuple[FollowUp, ...]:
        """What the customer would say to a live answer, likeliest first."""
        sentiment = self.topic.meta.get("sentiment", kinds.usual(self.topic).sentiment)
        moods: list[Mood] = ["thanks", "further"] if sentiment == "positive" else ["thanks", "further", "angry"]
        if sentiment == "negative":
            moods = ["further", "thanks", "angry"] if self.rng.random() < 0.7 else ["angry", "further", "thanks"]
        texts = {mood: self.scene.say(*(("more", mood) if mood == "further" else (mood,))) for mood in moods}
        return tuple(FollowUp(mood, text) for mood, text in texts.items() if text)

    def _once(self) -> None:
        self._answer()
        if self.rng.random() < 0.75:
            self._resolve(mood="quiet")

    def _thanked(self) -> None:
        self._answer()
        thanked = self._customer("thanks", hours=1.2)
        if thanked and self.rng.random() < 0.35:
            self._brand("closing", quick=True)
        self._resolve(mood="happy")

    def _full(self) -> None:
        self._answer()
        if self._customer("more", "further", hours=0.6):
            self._brand("fix", "fix_any")
        if self.rng.random() < 0.6:
            self._customer("thanks", hours=2.5)
            self._resolve(mood="happy")
        elif self.rng.random() < 0.7:
            self._resolve(mood="quiet")

    def _angry(self) -> None:
        self._answer()
        if self._customer("angry", hours=1.0) and self.rng.random() < 0.85:
            self._brand("calm", "calm_any")
            calmed = self.rng.random() < 0.6
            if calmed or self.rng.random() < 0.4:
                self._customer("thanks" if calmed else "angry", hours=5)
            self._resolve(mood="happy" if calmed else "cross")

    def _answer(self) -> None:
        """The first answer, with what happens inside before it."""
        moved = self.department != "customer_service" and self.rng.random() < 0.22
        consult = (
            self._consult(self.member)
            if self.rng.random() < kinds.chance(self.topic, "ask", 0.07 if "consult" in self.topic.sections else 0.03)
            else None
        )
        note = self.scene.say("misrouted" if moved else "note") if moved or self.rng.random() < 0.12 else ""
        snooze = timedelta(hours=self.rng.choice((4, 18, 24, 48))) if self.rng.random() < 0.04 else None
        self._brand(
            "answer", f"answer_{self.topic.intent}", note=note, consult=consult,
            hand_over=self.department if moved else "", snooze=snooze,
        )  # fmt: skip
        private = kinds.chance(self.topic, "private")
        if self.visibility != "direct" and self.rng.random() < private:
            self.visibility = "direct"

    def _silence(self) -> None:
        """Nobody answers. Sometimes they write again, sometimes work has begun inside."""
        if self.rng.random() < 0.4:
            self._nudge()
        if self.rng.random() < 0.45:
            consult = self._consult(self.member, open_=True) if self.rng.random() < 0.6 else None
            last = self.turns[-1]
            self.turns[-1] = _with_inside(last, note=self.scene.say("note"), consult=consult, member=self.member)

    def _maybe_chat(self) -> None:
        """Nobody has to answer, but somebody may."""
        if "answer" in self.topic.sections and self.rng.random() < kinds.chance(self.topic, "chat", 0.2):
            said = len(self.turns)
            self._brand("answer")
            if len(self.turns) > said:
                if self.rng.random() < 0.3:
                    self._customer("thanks", hours=2)
                self._resolve(mood="quiet")
        elif self.rng.random() < 0.3:
            self.resolved_reason = "no reply needed"

    def _nudge(self) -> None:
        after = timedelta(hours=self.rng.lognormvariate(2.2, 0.7))
        self.turns.append(Turn(after, "customer", self.scene.say("nudge"), self.visibility))

    def _customer(self, *sections: str, hours: float) -> bool:
        """The customer says something, if there is something that fits."""
        text = self.scene.say(*sections)
        if not text:
            return False
        self.scene.hear(text)
        if self.scene.person.voice in LIGHT and self.rng.random() < 0.6:
            mood = "negative" if sections == ("angry",) else "neutral"
            text = spoken(text, voice=self.scene.person.voice, rng=self.rng, phrase=self.scene.say, mood=mood)
        after = timedelta(hours=self.rng.lognormvariate(0, 0.9) * hours)
        if HAPPENED.search(text):
            after += timedelta(days=self.rng.randint(1, 5), hours=self.rng.randint(0, 6))
        self.turns.append(Turn(after, "customer", text, self.visibility))
        return True

    def _brand(
        self,
        *sections: str,
        quick: bool = False,
        note: str = "",
        consult: Consult | None = None,
        hand_over: str = "",
        snooze: timedelta | None = None,
    ) -> None:
        member = cast(StaffMember, self.member)
        text = self.scene.say(*sections)
        if not text:
            return
        minutes = MEDIAN_MINUTES[self.urgency] * PACE.get(self.department, 1.0) * (0.4 if quick else 1)
        self.scene.hear(text)
        after = timedelta(minutes=self.rng.lognormvariate(0, 0.95) * minutes) + (snooze or timedelta(0))
        if consult:
            after += consult.took
        self.turns.append(
            Turn(
                after=after,
                by="brand",
                text=f"{text} ^{member.initials}",
                visibility=self.visibility,
                member=member.email,
                note=note,
                consult=consult,
                hand_over=hand_over,
                snooze=snooze,
            )
        )

    def _consult(self, member: StaffMember | None, *, open_: bool = False) -> Consult | None:
        asked = kinds.colleague(self.topic)
        pair = self.scene.say("consult")
        if not asked or member is None or not pair:
            return None
        question, _, answer = pair.partition(" => ")
        return Consult(
            department=asked,
            asked_by=member.email,
            question=question,
            answered_by="" if open_ else self._member(asked).email,
            answer="" if open_ else answer,
            took=timedelta(0) if open_ else timedelta(minutes=self.rng.lognormvariate(0, 0.9) * 75),
        )

    def _resolve(self, *, mood: str) -> None:
        own = self.topic.meta.get("resolved")
        reasons = own.split(", ") if own else REASONS.get(self.topic.intent, ("answered",))
        self.resolved_reason = self.rng.choice(reasons)
        if not self.needs_reply:
            return
        if (mood != "quiet" and self.rng.random() < 0.4) or self.rng.random() < 0.08:
            low, high = {"happy": (4, 5), "cross": (1, 2), "quiet": (2, 5)}[mood]
            self.csat = self.rng.randint(low, high)

    def _member(self, department: str) -> StaffMember:
        return self.rng.choice(_speakers(department, self.topic.language))


def _with_inside(turn: Turn, *, note: str, consult: Consult | None, member: StaffMember | None) -> Turn:
    return Turn(
        after=turn.after,
        by=turn.by,
        text=turn.text,
        visibility=turn.visibility,
        member=member.email if member else "",
        media=turn.media,
        edited_to=turn.edited_to,
        deleted=turn.deleted,
        note=note,
        consult=consult,
    )


@cache
def _speakers(department: str, language: str) -> list[StaffMember]:
    """Who answers for a department in a language: its own people, any of them if nobody speaks it."""
    staff = [
        member
        for member in company().members_of(department)
        if member.role != "administrator" and (member.departments[0] == department or department in member.leads)
    ]
    return [member for member in staff if language in member.languages] or staff
