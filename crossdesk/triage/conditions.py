"""The conditions of a rule: which there are, how they are checked, tested and told in words. Plain Python, no tables.

A condition is JSON: {"on": "text", "is": "any", "value": ["refund", "money back"]}.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from crossdesk.kit import words
from crossdesk.kit.errors import Invalid
from crossdesk.messages.enums import MessageKind, Visibility
from crossdesk.reading.ports import Intent, Sentiment
from crossdesk.triage.subject import URGENCIES, Subject

Test = Callable[[Subject], str | None]  # what held, in words; None when it does not hold

MOST_WORDS = 200
LONGEST_WORD = 100


class BadRule(Invalid):
    """A rule that cannot be used as it is written."""

    code = "triage.bad_rule"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of condition. check: gives the value as it is kept, or raises BadRule. test, tell: from that value.

    value: what a form has to ask for: words, choices, number, yes_no, accounts. needs: the head of the reading that
    must be sure.
    """

    label: str
    value: str
    check: Callable[[Any], Any]
    test: Callable[[Any], Test]
    tell: Callable[[Any, Mapping[int, str]], str]
    choices: tuple[tuple[str, str], ...] = ()
    needs: str = ""


def quoted(values: Sequence[str], last: str = "or") -> str:
    """“a”, “b” or “c”."""
    marked = [f"“{value}”" for value in values]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} {last} {marked[-1]}"


def either(values: Sequence[str]) -> str:
    """a, b or c."""
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [part.strip() for part in value.replace("\n", ",").split(",")]
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadRule("Give the words to look for as a list.")
    kept = list(dict.fromkeys(word.strip() for word in value if words.plain(word)))
    if not kept:
        raise BadRule("Give at least one word to look for.")
    if len(kept) > MOST_WORDS:
        raise BadRule(f"A condition takes {MOST_WORDS} words at most; these are {len(kept)}.")
    for word in kept:
        if len(word) > LONGEST_WORD:
            raise BadRule(f"“{word[:30]}…” is too long: a word or phrase has {LONGEST_WORD} letters at most.")
    return kept


def _handles(value: Any) -> list[str]:
    return [word.removeprefix("@") for word in _words(value)]


def _choice_of(what: str, allowed: Sequence[str]) -> Callable[[Any], list[str]]:
    def check(value: Any) -> list[str]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values:
            raise BadRule(f"Choose at least one {what}.")
        for one in values:
            if one not in allowed:
                raise BadRule(f"“{one}” is no {what}. Choose among {', '.join(allowed)}.")
        return list(dict.fromkeys(values))

    return check


def _urgency(value: Any) -> str:
    if value not in URGENCIES:
        raise BadRule(f"“{value}” is no urgency. Choose among {', '.join(URGENCIES)}.")
    return str(value)


def _language(value: Any) -> list[str]:
    codes = [code.lower() for code in _words(value)]
    for code in codes:
        if not (2 <= len(code) <= 10 and code.replace("-", "").isalpha()):
            raise BadRule(f"“{code}” is no language code. Write en, de, fr …")
    return codes


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRule("Say yes or no.")
    return value


def _followers(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip().isdecimal():
        raise BadRule("Give the number of followers as a whole number.")
    number = int(value)
    if not 1 <= number <= 2_000_000_000:
        raise BadRule("Give a number of followers of at least 1.")
    return number


def _accounts(value: Any) -> list[int]:
    if not isinstance(value, list) or not value or not all(isinstance(one, int) for one in value):
        raise BadRule("Choose at least one account.")
    return list(dict.fromkeys(value))


def _any_word(field: str, where: str) -> Callable[[list[str]], Test]:
    def build(value: list[str]) -> Test:
        found = words.finder(value).search

        def test(subject: Subject) -> str | None:
            hit = found(getattr(subject, field))
            return f"{where} “{hit.group()}”" if hit else None

        return test

    return build


def _all_words(value: list[str]) -> Test:
    finders = [words.finder([word]).search for word in value]

    def test(subject: Subject) -> str | None:
        held = all(found(subject.plain_text) for found in finders)
        return f"the text contains {quoted(value, 'and')}" if held else None

    return test


def _no_word(value: list[str]) -> Test:
    found = words.finder(value).search
    return lambda subject: None if found(subject.plain_text) else f"the text contains neither {quoted(value, 'nor')}"


def _is_one(field: str, where: str) -> Callable[[list[str]], Test]:
    def build(value: list[str]) -> Test:
        allowed = frozenset(value)

        def test(subject: Subject) -> str | None:
            got = getattr(subject, field)
            return f"{where} is {got}" if got in allowed else None

        return test

    return build


def _language_test(value: list[str]) -> Test:
    allowed = frozenset(value)

    def test(subject: Subject) -> str | None:
        code = (subject.said.language or subject.language).lower()
        return f"the language is {code}" if code in allowed or code.split("-")[0] in allowed else None

    return test


def _handle_test(value: list[str]) -> Test:
    allowed = frozenset(words.plain(one) for one in value)

    def test(subject: Subject) -> str | None:
        full = words.plain(subject.handle.removeprefix("@"))
        return f"the author is {subject.handle}" if full in allowed or full.split("@")[0] in allowed else None

    return test


def _followers_test(value: int) -> Test:
    def test(subject: Subject) -> str | None:
        count = subject.followers
        return f"the author has {count:,} followers" if count is not None and count >= value else None

    return test


def _account_test(value: list[int]) -> Test:
    allowed = frozenset(value)
    return lambda subject: "it came in on this account" if subject.account_id in allowed else None


def _media_test(value: bool) -> Test:
    said = "it has an image or file" if value else "it has no image or file"
    return lambda subject: said if subject.has_media == value else None


def _intent_test(value: list[str]) -> Test:
    def test(subject: Subject) -> str | None:
        hit = next((intent for intent in subject.said.intents if intent in value), None)
        return f"the intent is {spoken(hit)}" if hit else None

    return test


def _sentiment_test(value: list[str]) -> Test:
    return lambda subject: (
        f"the sentiment is {subject.said.sentiment}" if subject.said.sentiment in value else None
    )  # fmt: skip


def _urgency_test(value: str) -> Test:
    least = URGENCIES.index(value)

    def test(subject: Subject) -> str | None:
        got = subject.said.urgency
        return f"the urgency is {got}" if URGENCIES.index(got) >= least else None

    return test


def _needs_reply_test(value: bool) -> Test:
    said = "it needs a reply" if value else "it needs no reply"
    return lambda subject: said if subject.said.needs_reply == value else None


def spoken(value: str) -> str:
    """A value as people read it: sales_lead → sales lead."""
    return value.replace("_", " ")


def _list(start: str) -> Callable[[Any, Mapping[int, str]], str]:
    return lambda value, _: f"{start} {either([spoken(one) for one in value])}"


_INTENTS = get_args(Intent)
_SENTIMENTS = get_args(Sentiment)


def _spoken_choices(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((value, spoken(value).capitalize()) for value in values)


KINDS: dict[tuple[str, str], Kind] = {
    ("text", "any"): Kind(
        "The text contains any of", "words", _words, _any_word("plain_text", "the text contains"),
        lambda value, _: f"the text contains {quoted(value)}",
    ),
    ("text", "all"): Kind(
        "The text contains all of", "words", _words, _all_words,
        lambda value, _: f"the text contains {quoted(value, 'and')}",
    ),
    ("text", "none"): Kind(
        "The text contains none of", "words", _words, _no_word,
        lambda value, _: f"the text does not contain {quoted(value)}",
    ),
    ("kind", "is"): Kind(
        "The message is a", "choices", _choice_of("kind of message", MessageKind.values), _is_one("kind", "the kind"),
        lambda value, _: f"the message is a {either([spoken(one) for one in value])}", tuple(MessageKind.choices),
    ),
    ("visibility", "is"): Kind(
        "The visibility is", "choices", _choice_of("visibility", Visibility.values),
        _is_one("visibility", "the visibility"), _list("the visibility is"), tuple(Visibility.choices),
    ),
    ("language", "is"): Kind(
        "The language is", "words", _language, _language_test, _list("the language is"),
    ),
    ("has_media", "is"): Kind(
        "It has an image or file", "yes_no", _yes_no, _media_test,
        lambda value, _: "it has an image or file" if value else "it has no image or file",
    ),
    ("followers", "at_least"): Kind(
        "The author's followers, at least", "number", _followers, _followers_test,
        lambda value, _: f"the author has at least {value:,} followers",
    ),
    ("handle", "is"): Kind(
        "The author is one of", "words", _handles, _handle_test,
        lambda value, _: f"the author is {either([f'@{one}' for one in value])}",
    ),
    ("bio", "any"): Kind(
        "The author's description contains any of", "words", _words,
        _any_word("plain_bio", "the author's description contains"),
        lambda value, _: f"the author's description contains {quoted(value)}",
    ),
    ("account", "is"): Kind(
        "It came in on", "accounts", _accounts, _account_test,
        lambda value, names: f"it came in on {either([names.get(one, 'a removed account') for one in value])}",
    ),
    ("intent", "is"): Kind(
        "The intent is", "choices", _choice_of("intent", _INTENTS), _intent_test, _list("the intent is"),
        _spoken_choices(_INTENTS), "intents",
    ),
    ("sentiment", "is"): Kind(
        "The sentiment is", "choices", _choice_of("sentiment", _SENTIMENTS), _sentiment_test,
        _list("the sentiment is"), _spoken_choices(_SENTIMENTS), "sentiment",
    ),
    ("urgency", "at_least"): Kind(
        "The urgency is at least", "choices", _urgency, _urgency_test,
        lambda value, _: f"the urgency is at least {value}", _spoken_choices(URGENCIES), "urgency",
    ),
    ("needs_reply", "is"): Kind(
        "It needs a reply", "yes_no", _yes_no, _needs_reply_test,
        lambda value, _: "it needs a reply" if value else "it needs no reply", (), "needs_reply",
    ),
}  # fmt: skip


def checked(condition: Any) -> dict[str, Any]:
    """The condition as it is kept. Raises BadRule with a sentence where it cannot be used."""
    if not isinstance(condition, dict) or not {"on", "is"} <= condition.keys():
        raise BadRule("A condition says what it looks at and how.")
    kind = KINDS.get((str(condition["on"]), str(condition["is"])))
    if kind is None:
        raise BadRule(f"There is no condition “{condition['on']} {condition['is']}”.")
    return {"on": condition["on"], "is": condition["is"], "value": kind.check(condition.get("value"))}


def compiled(condition: Mapping[str, Any]) -> Test:
    """A checked condition, ready to test. One on the reading holds only where the reading is sure."""
    kind = KINDS[condition["on"], condition["is"]]
    test = kind.test(condition["value"])
    if not kind.needs:
        return test
    return lambda subject: None if kind.needs in subject.said.unsure else test(subject)


def told(condition: Mapping[str, Any], *, accounts: Mapping[int, str]) -> str:
    """A checked condition as part of a sentence. accounts: names by id."""
    return KINDS[condition["on"], condition["is"]].tell(condition["value"], accounts)
