"""Joins what the rules, the library and the models say about one block into one reading with its reasons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from crossdesk.reading.hearing import Heard, Hearer, Outlet
from crossdesk.reading.language import surely
from crossdesk.reading.ports import Block, Head, Reading, Reason, Verdict
from crossdesk.reading.rules.engine import Finding
from crossdesk.reading.rules.small_talk import SmallTalk

CERTAIN = 0.8  # a rule as sure as this needs no model beside it
HOLDS = 0.5  # an intent is named from here on, where the model does not say otherwise
_BESIDE_A_RULE = 0.6  # and beside a rule that is certain, from here on
_FRIENDLY_FROM, _FRIENDLY_SHARE = 0.65, 0.75
_MOST_INTENTS = 3
_MODEL_SAFETY = {"threat": "threat", "phishing": "phishing", "confidential_leak": "leak", "press_enquiry": "press"}
_SAFETY_FROM = 0.5
_PUBLIC = frozenset({"public", "unlisted"})
_DANGER_OF = {"threat": "threat", "complaint": "product_safety", "other": "self_harm"}
_DANGERS = frozenset(_DANGER_OF.values())
_DANGER_FROM = 0.35  # low on purpose: a person looks at it
FOREIGN = "Not trained for this language: a person decides"
SILENT = "No reading model could be loaded: rules read it alone, and a person decides"
_SMALL_TALK_WORDS = {
    "thanks": "The whole message is thanks: nothing to answer",
    "greeting": "The whole message is a greeting: nothing to answer yet",
    "acknowledgement": "The whole message is a yes, an okay or a done: nothing to answer",
    "empty": "No words: only names, links or pictures",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one block: what rules found and what a model heard."""

    block: Block
    findings: Sequence[Finding]
    small_talk: SmallTalk | None
    language: Verdict | None
    heard: Heard
    hearer: Hearer
    model: str

    @property
    def outlets(self) -> Mapping[str, Outlet]:
        return self.hearer.outlets

    @property
    def silent(self) -> bool:
        """No model could be loaded: there are rules alone."""
        return not self.hearer.care

    @property
    def foreign(self) -> bool:
        """Surely in a language in which the model cannot tell what a message needs."""
        name = surely(self.language)
        return self.silent or (name is not None and name not in self.hearer.care)

    @property
    def foreign_tone(self) -> bool:
        """Surely in a language in which the model cannot tell the sentiment."""
        name = surely(self.language)
        return self.silent or (name is not None and name not in self.hearer.tone)

    def chances(self, head: str) -> dict[str, float]:
        """The model's probability of each label of a head; empty where it has no such head."""
        outlet = self.outlets.get(head)
        return dict(zip(outlet.labels, self.heard.chances[head], strict=True)) if outlet else {}


@dataclass(slots=True)
class _Joined:
    """What has been decided so far."""

    reasons: list[Reason] = field(default_factory=list)
    abstained: list[Head] = field(default_factory=list)

    def by_model(self, seen: Seen, head: Head, value: str) -> None:
        text = f"The words lean towards {value.replace('_', ' ')}"
        self.reasons.append(
            Reason(head, "model", text, seen.heard.words.get(head, seen.heard.words.get("intents", "")))
        )

    def by_rules(self, seen: Seen, head: Head) -> dict[str, float]:
        """What rules say about a head: the highest probability of each value. Their reasons are noted."""
        said: dict[str, float] = {}
        for finding in seen.findings:
            for gives in finding.gives:
                if gives.head == head:
                    said[gives.value] = max(said.get(gives.value, 0.0), gives.p)
                    self.reasons.append(Reason(head, "rule", finding.says, finding.evidence))
        return said


def join(seen: Seen) -> Reading:
    """One reading. Rules that are certain win; where neither rule nor model is sure, the head abstains."""
    joined = _Joined()
    intents = _intents(seen, joined)
    safety = _safety(seen, joined)
    needs_reply = _needs_reply(seen, joined, has_safety=bool(safety))
    sentiment = _sentiment(seen, joined)
    urgency = _urgency(seen, joined)
    reason = _complaint_reason(seen, joined, intents)
    if seen.language is not None:
        joined.reasons.append(Reason("language", "library", f"The letters look like {seen.language.value}", ""))
    return Reading(
        needs_reply=needs_reply,
        intents=tuple(intents),
        sentiment=sentiment,
        urgency=urgency,
        safety=tuple(safety),
        complaint_reason=reason,
        language=seen.language,
        abstained=tuple(joined.abstained),
        reasons=tuple(joined.reasons),
        model=seen.model,
        vector=seen.heard.vector,
    )


def _intents(seen: Seen, joined: _Joined) -> list[Verdict]:
    said = joined.by_rules(seen, "intents")
    if seen.small_talk and not said:
        joined.reasons.append(Reason("intents", "rule", _SMALL_TALK_WORDS[seen.small_talk], ""))
        return [Verdict("other", 0.95)]
    outlet = seen.outlets["intents"]
    foreign = seen.foreign
    chances = {} if foreign else seen.chances("intents")
    certain = max(said.values(), default=0.0) >= CERTAIN
    friendly = 0.0 if foreign or said else _friendly(seen, chances)
    if friendly:
        chances["praise"] = max(chances["praise"], friendly)
        text = "Friendly words, and nothing else that stands out"
        joined.reasons.append(Reason("intents", "model", text, seen.heard.words.get("sentiment", "")))
    holds = outlet.holds or (HOLDS,) * len(outlet.labels)
    held = {
        value: p
        for (value, p), least in zip(chances.items(), holds, strict=False)
        if p >= (max(least, _BESIDE_A_RULE) if certain else least) and not (certain and value == "other")
    }
    for value, p in said.items():
        held[value] = max(p, chances.get(value, 0.0))
    if not held:
        value, p = max(chances.items(), key=lambda pair: pair[1]) if chances else ("other", 0.0)
        held = {value: p}
    ordered = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_INTENTS]
    if ordered[0][1] < (CERTAIN if foreign else outlet.sure):
        joined.abstained.append("intents")
    if ordered[0][0] not in said and not foreign and not friendly:
        joined.by_model(seen, "intents", ordered[0][0])
    return [Verdict(value, p) for value, p in ordered]


def _friendly(seen: Seen, chances: Mapping[str, float]) -> float:
    """How likely praise is where no intent stands out but the tone does; 0 where that says nothing."""
    tone = seen.chances("sentiment")
    if tone["positive"] < _FRIENDLY_FROM or "?" in seen.block.text or max(chances.values()) >= HOLDS:
        return 0.0
    return round(tone["positive"] * _FRIENDLY_SHARE, 4)


def _safety(seen: Seen, joined: _Joined) -> list[Verdict]:
    """Rules, and the models where they are fairly sure: rather one look too many than one too few."""
    said = joined.by_rules(seen, "safety")
    if not seen.foreign and not seen.small_talk:
        found = _own_findings(seen) if "safety" in seen.outlets else _implied_findings(seen)
        found |= _implied_danger(seen, said.keys() | found.keys())
        for finding, p in found.items():
            if finding not in said:
                said[finding] = p
                joined.by_model(seen, "safety", finding)
    return [Verdict(value, p) for value, p in sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))]


def _own_findings(seen: Seen) -> dict[str, float]:
    """What a model that was taught the findings names."""
    outlet = seen.outlets["safety"]
    return {
        finding: p
        for (finding, p), least in zip(seen.chances("safety").items(), outlet.holds, strict=True)
        if p >= least and (finding != "personal_data_public" or seen.block.visibility in _PUBLIC)
    }


def _implied_findings(seen: Seen) -> dict[str, float]:
    """What follows from intents, where the model was not taught the findings."""
    chances = seen.chances("intents")
    return {
        finding: chances[intent]
        for intent, finding in _MODEL_SAFETY.items()
        if chances.get(intent, 0.0) >= _SAFETY_FROM
    }


def _implied_danger(seen: Seen, found: Collection[str]) -> dict[str, float]:
    """What is as urgent as danger is dangerous, whichever danger it may be."""
    danger = seen.chances("urgency").get("p1", 0.0)
    if danger < _DANGER_FROM or _DANGERS & set(found):
        return {}
    intents = seen.chances("intents")
    return {_DANGER_OF[max(_DANGER_OF, key=lambda intent: intents[intent])]: danger}


def _needs_reply(seen: Seen, joined: _Joined, *, has_safety: bool) -> Verdict:
    if seen.small_talk and not has_safety and not (seen.block.earlier and seen.small_talk == "thanks"):
        joined.reasons.append(Reason("needs_reply", "rule", _SMALL_TALK_WORDS[seen.small_talk], ""))
        return Verdict("no", 0.96 if seen.small_talk != "greeting" else 0.85)
    said = joined.by_rules(seen, "needs_reply")
    yes = seen.chances("needs_reply")["yes"]
    foreign = seen.foreign
    if said and max(said.values()) >= CERTAIN:
        value = max(said, key=lambda each: (said[each], each))
        return Verdict(value, max(said[value], 0.0 if foreign else yes if value == "yes" else 1 - yes))
    if foreign:
        joined.abstained.append("needs_reply")
        joined.reasons.append(Reason("needs_reply", "library", SILENT if seen.silent else FOREIGN, ""))
        return Verdict("yes", 0.5)
    yes = max(yes, said.get("yes", 0.0))
    value, p = ("yes", yes) if yes >= 0.5 else ("no", 1 - yes)
    if p < seen.outlets["needs_reply"].sure:
        joined.abstained.append("needs_reply")
    joined.by_model(seen, "needs_reply", "a reply is wanted" if value == "yes" else "no reply is wanted")
    return Verdict(value, p)


def _sentiment(seen: Seen, joined: _Joined) -> Verdict:
    outlet = seen.outlets["sentiment"]
    said = joined.by_rules(seen, "sentiment")
    if seen.small_talk == "thanks":
        joined.reasons.append(Reason("sentiment", "rule", "Thanks, and nothing else", ""))
        return Verdict("positive", 0.85)
    value, p = _best(seen.chances("sentiment"))
    if said and max(said.values()) >= CERTAIN:
        value = max(said, key=lambda each: said[each])
        return Verdict(value, said[value])
    if p < outlet.sure or seen.foreign_tone:
        joined.abstained.append("sentiment")
    if not seen.silent:
        joined.by_model(seen, "sentiment", value)
    return Verdict(value, p)


def _urgency(seen: Seen, joined: _Joined) -> Verdict:
    said = joined.by_rules(seen, "urgency")
    if seen.small_talk and not said:
        return Verdict("low", 0.95)
    foreign = seen.foreign
    value, p = ("normal", 0.5) if foreign else _best(seen.chances("urgency"))
    for raised in ("p1", "high"):
        if said.get(raised, 0.0) > (p if value in ("p1", "high") else 0.5):
            return Verdict(raised, said[raised])
    if foreign or p < seen.outlets["urgency"].sure:
        joined.abstained.append("urgency")
    if not foreign:
        joined.by_model(seen, "urgency", value)
    return Verdict(value, p)


def _complaint_reason(seen: Seen, joined: _Joined, intents: Sequence[Verdict]) -> Verdict | None:
    if all(intent.value != "complaint" for intent in intents) or seen.foreign:
        return None
    outlet = seen.outlets["complaint_reason"]
    value, p = _best(seen.chances("complaint_reason"))
    if p < outlet.sure:
        joined.abstained.append("complaint_reason")
    joined.by_model(seen, "complaint_reason", value)
    return Verdict(value, p)


def _best(chances: Mapping[str, float]) -> tuple[str, float]:
    return max(chances.items(), key=lambda pair: pair[1])
