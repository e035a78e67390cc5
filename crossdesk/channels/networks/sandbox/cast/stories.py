"""Endless stories: who writes what, how, and how the company answers. The same seed tells the same stories."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from . import kinds, voices
from .company import company
from .flow import Flow
from .grammar import Template, Topic, topics
from .people import people_of
from .scene import Scene
from .shapes import Media, Person, Story, Turn

LANGUAGES = {"en": 78.0, "de": 14.0, "es": 1.8, "fr": 1.8, "nl": 1.8, "pt": 0.9, "it": 0.9, "pl": 0.8}
SHARES = {intent: usual.share for intent, usual in kinds.USUAL.items()}
VISIBILITIES = {"public": 88.0, "unlisted": 9.0, "private": 3.0}
TRIES = 6  # to find words not used before


def stories(seed: int, kinds: Sequence[str] = (), languages: Sequence[str] = ()) -> Iterator[Story]:
    """Stories without end, in a realistic mix. kinds: only these intents. languages: only these."""
    teller = Teller(seed)
    while True:
        yield teller.story(intents=kinds, languages=languages)


@dataclass(frozen=True, slots=True)
class _Draw:
    """A text of a topic, drawn from the pack."""

    topic: Topic
    template: Template


class Teller:
    """Draws texts like cards from shuffled packs, so that none comes back before all others were told."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._packs: dict[tuple[str, str], list[_Draw]] = {}
        self._told: set[str] = set()

    def story(self, *, intents: Sequence[str] = (), languages: Sequence[str] = ()) -> Story:
        """The next story."""
        rng = self.rng
        language = _drawn(rng, LANGUAGES, tuple(languages))
        intent = _drawn(rng, SHARES, tuple(intents))
        if not _written(language, intent):
            language = "en"
        for _ in range(TRIES):
            draw = self._drawn(language, intent)
            first = self._first(draw)
            if first.turns[0].text not in self._told:
                break
        self._told.add(first.turns[0].text)
        return first.told()

    def about(self, topic: Topic) -> "_Beginning":
        """The beginning of a story about one topic: for incidents."""
        pack = self._packs.get((topic.language, topic.name))
        if not pack:
            pack = [_Draw(topic, template) for template in topic.sections["first"]]
            self.rng.shuffle(pack)
            self._packs[topic.language, topic.name] = pack
        return self._first(pack.pop())

    def _drawn(self, language: str, intent: str) -> _Draw:
        pack = self._packs.get((language, intent))
        if not pack:
            pack = [
                _Draw(topic, template)
                for topic in _written(language, intent)
                for template in topic.sections["first"]
                if self.rng.random() < kinds.chance(topic, "seldom", 1)
            ]
            self.rng.shuffle(pack)
            self._packs[language, intent] = pack
        return pack.pop()

    def _first(self, draw: _Draw) -> "_Beginning":
        return _Beginning(self.rng, draw)


class _Beginning:
    """A story with its first message said; `told` goes on from there."""

    def __init__(self, rng: random.Random, draw: _Draw) -> None:
        self.rng, self.topic = rng, draw.topic
        self.person = _person(rng, draw.topic)
        self.scene = Scene(rng=rng, person=self.person, about=draw.topic)
        meta, usual = draw.topic.meta, kinds.usual(draw.topic)
        self.needs_reply = kinds.needs_reply(draw.topic, flipped=draw.template.flipped)
        self.sentiment = meta.get("sentiment", usual.sentiment)
        self.account = company().account(meta.get("account") or _account(rng, usual.account))
        whispered = self.needs_reply or "direct" in meta
        direct = whispered and rng.random() < kinds.chance(draw.topic, "direct", usual.direct)
        self.visibility = "direct" if direct else _drawn(rng, VISIBILITIES)
        self.post = "" if direct else meta.get("under", "")
        self.turns = self._first_turns(draw.template)

    def told(self, *, incident: str = "", answered: float | None = None) -> Story:
        """The whole story."""
        topic, usual = self.topic, kinds.usual(self.topic)
        flow = Flow(
            rng=self.rng,
            scene=self.scene,
            topic=topic,
            turns=self.turns,
            needs_reply=self.needs_reply,
            urgency=topic.meta.get("urgency", usual.urgency),
            department=kinds.department(topic),
            answered=usual.answered if answered is None else answered,
        )
        flow.run()
        return Story(
            person=self.person,
            account_handle=self.account.handle,
            topic=topic.name,
            intent=topic.intent,
            urgency=flow.urgency,
            sentiment=self.sentiment,
            needs_reply=self.needs_reply,
            department=flow.department,
            safety=tuple(topic.meta.get("safety", "").split()),
            complaint_reason=topic.meta.get("reason", ""),
            language=topic.language,
            turns=tuple(flow.turns),
            resolved_reason=flow.resolved_reason,
            follow_ups=flow.follow_ups(),
            csat=flow.csat,
            incident=incident,
            answers_post=self.post,
        )

    def _first_turns(self, template: Template) -> list[Turn]:
        rng, topic, scene = self.rng, self.topic, self.scene
        public = self.visibility != "direct" and not self.post
        scene.fact("us", f"@{self.account.handle}")
        written = scene.fill(template)
        scene.hear(written)
        text = _voiced(written, self)
        parts = voices.in_two(text, rng) if self.person.voice == "thread" else None
        alt = scene.say("image") if rng.random() < kinds.chance(topic, "image") else ""
        if alt:
            scene.hear(f"{written} (picture: {alt})")
        media = Media(kind="image" if rng.random() < 0.93 else "video", alt=alt) if alt else None
        first = parts[0] if parts else text
        first = _addressed(first, f"@{self.account.handle}", rng) if public else first
        edited = f"{first} {scene.say('edit')}" if rng.random() < 0.025 and not parts else None
        turns = [
            Turn(
                after=timedelta(0),
                by="customer",
                text=first,
                visibility=self.visibility,  # type: ignore[arg-type]
                media=media,
                edited_to=edited,
                deleted=rng.random() < 0.012,
            )
        ]
        if parts:
            turns.append(Turn(timedelta(seconds=rng.randint(20, 160)), "customer", parts[1], turns[0].visibility))
        return turns


def _voiced(text: str, story: _Beginning) -> str:
    calm = kinds.usual(story.topic).calm or story.topic.meta.get("voice") == "calm"
    if calm or len(text) > 380:
        return text
    spoken = voices.spoken(
        text,
        voice=story.person.voice,
        rng=story.rng,
        phrase=story.scene.say,
        mood=story.sentiment,
        asks=story.needs_reply,
    )
    return spoken if len(spoken) <= 470 else text


def _addressed(text: str, mention: str, rng: random.Random) -> str:
    """The text with the account named in it, as people do in public."""
    if mention.lower() in text.lower():
        return text
    return f"{mention} {text}" if rng.random() < 0.68 else f"{text} {mention}"


def _person(rng: random.Random, topic: Topic) -> Person:
    kind = rng.choice(kinds.writers(topic))
    pool = people_of(kind, topic.language) or people_of("customer", topic.language)
    return pool[int(len(pool) * rng.random() ** 1.35)]  # some write more often than others


def _account(rng: random.Random, usual: str) -> str:
    """The account they write to: mostly the right one."""
    if usual == "help":
        return "help" if rng.random() < 0.62 else "brand"
    if usual == "careers":
        return "careers" if rng.random() < 0.66 else "brand"
    return "brand" if rng.random() < 0.88 else "help"


@cache
def _written(language: str, intent: str) -> list[Topic]:
    return [t for t in topics(language) if t.intent == intent and "first" in t.sections and "only" not in t.meta]


def _drawn(rng: random.Random, weights: dict[str, float], among: tuple[str, ...] = ()) -> str:
    """One of the names, or of those `among` them, by weight."""
    names = among or tuple(weights)
    left = rng.random() * sum([weights[name] for name in names])
    for name in names:
        left -= weights[name]
        if left < 0:
            return name
    return names[-1]
