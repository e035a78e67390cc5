"""What the models learn from: the written set of this project and public sets whose licence allows it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).parent / "written"
CAST_WEIGHT = 0.4  # many messages from few templates: each counts for less than one that was written by itself
HELD = "held_"  # begins the names of the voices that are kept aside
# Voices that probabilities are set by.
TUNING = frozenset({
    "bethan", "elif", "hank", "hector", "jolene", "keziah", "konrad", "mungo", "noor", "rhiannon", "svea", "yusuf",
})  # fmt: skip
# Voices written after the encoder's first lesson: its second lesson brings them in.
LATER = frozenset({
    "abel", "alasdair", "amara", "anders", "ayesha", "bertram", "beryl", "bess", "bram", "brick", "brigid",
    "carmine", "celestine", "clement", "clive", "cosmo", "dariusz", "dashiell", "delphine", "deshawn",
    "desmond", "edith", "esra", "ferdy", "fern", "fintan", "gauri", "gwen", "gwendolen", "habiba", "hamid",
    "hollis", "imke", "imogen", "ingrid", "jarek", "joaquin", "jomo", "jonah", "kaito", "kofi", "kwame",
    "lakshmi", "liesl", "lorna", "lowell", "lucian", "maeve", "mateus", "minerva", "mirela", "mordecai",
    "nadia", "nkechi", "oksana", "oona", "orla", "ottilie", "paloma", "petra", "philippa", "piers", "pip",
    "quillon", "rafe", "ravi", "rory", "rukmini", "sally", "saoirse", "stellan", "sunniva", "tamar", "tasha",
    "thandi", "tobias", "tunde", "wei", "winifred", "zelda",
})  # fmt: skip
TONES = ("negative", "neutral", "positive")
# XLM-T's English part holds most of TweetEval's validation tweets: it is neither trained on nor measured with.
LANGUAGES = ("german", "french", "spanish", "italian", "portuguese", "arabic", "hindi")


@dataclass(frozen=True, slots=True)
class Example:
    """One text with what is known of it; None where nobody said. voice: who wrote it, so that splits stay honest.

    earlier, parent: what stands before it, as in `Block`. near_miss: it carries the words of a label it does not have.
    """

    text: str
    voice: str
    weight: float = 1.0
    intents: tuple[str, ...] | None = None
    needs_reply: bool | None = None
    urgency: str | None = None
    complaint_reason: str | None = None
    sentiment: str | None = None
    safety: tuple[str, ...] | None = None
    earlier: tuple[str, ...] = ()
    parent: str = ""
    near_miss: bool = False
    language: str = "en"


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def written() -> list[Example]:
    """The project's own set, all voices."""
    found = []
    for path in sorted(WRITTEN.glob("*.jsonl")):
        for row in rows_of(path):
            several: dict[str, Any] = {
                name: tuple(row[name]) for name in ("intents", "safety", "earlier") if name in row
            }
            found.append(Example(voice=path.stem, **(row | several)))
    return found


def spoken_by_the_cast(path: Path) -> list[Example]:
    """The demo company's customers, from a file: one JSON object a line with the fields of `Example`."""
    return [Example(**{**row, "intents": tuple(row["intents"]), "weight": CAST_WEIGHT}) for row in rows_of(path)]


def kept_for_training() -> list[Example]:
    """The written set without the voices that are kept aside."""
    return [example for example in written() if not example.voice.startswith(HELD)]


def for_learning() -> list[Example]:
    """What every model may learn from: without the voices kept aside, and those that probabilities are set by."""
    return [example for example in kept_for_training() if example.voice not in TUNING or example.language != "en"]


def for_tuning() -> list[Example]:
    """English voices that no model learns from; probabilities and thresholds of both together are set by them."""
    return [example for example in written() if example.voice in TUNING and example.language == "en"]


def held() -> list[Example]:
    """The voices that are kept aside."""
    return [example for example in written() if example.voice.startswith(HELD)]


def tones(folder: Path, part: str) -> list[Example]:
    """TweetEval sentiment, "train", "val" or "extra"."""
    name = {"extra": "extra_semeval_2016devtest"}.get(part, part)
    rows = rows_of(folder / "tweeteval" / "sentiment" / f"{name}.jsonl")
    found = [Example(row["text"], "tweeteval", sentiment=TONES[row["label"]]) for row in rows]
    if part != "train":
        return found
    kept_aside = {_letters(tweet.text) for other in ("val", "extra") for tweet in tones(folder, other)}
    return [tweet for tweet in found if _letters(tweet.text) not in kept_aside]


def _letters(text: str) -> str:
    """The text as far as two copies of one tweet agree."""
    return "".join(filter(str.isalpha, text.lower().replace("@user", "").replace("http", "")))


def airline(folder: Path) -> list[Example]:
    """Tweets to six airlines, the part kept aside. Only to measure with: weights trained on them may not be given on."""
    rows = rows_of(folder / "airline" / "dev.jsonl")
    return [Example(row["text"], "airline", sentiment=row["label_name"]) for row in rows]


def foreign_tones(folder: Path, language: str, part: str) -> list[Example]:
    """XLM-T sentiment of one language, "train" or "val"."""
    rows = rows_of(folder / "xlmt_sentiment" / f"{language}.{part}.jsonl")
    return [Example(row["text"], f"xlmt-{language}", sentiment=TONES[row["label"]]) for row in rows]


_BANKING = {
    "late": "card_arrival",
    "refund": "Refund_not_showing_up",
    "billing": (
        "card_payment_fee_charged cash_withdrawal_charge extra_charge_on_statement transaction_charged_twice "
        "transfer_fee_charged card_payment_wrong_exchange_rate wrong_exchange_rate_for_cash_withdrawal "
        "direct_debit_payment_not_recognised card_payment_not_recognised cash_withdrawal_not_recognised"
    ),
    "technical": (
        "card_not_working contactless_not_working declined_card_payment declined_cash_withdrawal declined_transfer "
        "failed_transfer top_up_failed virtual_card_not_working unable_to_verify_identity"
    ),
    "wrong_item": "wrong_amount_of_cash_received",
}
_BANKING_URGENT = """
    compromised_card lost_or_stolen_card lost_or_stolen_phone
"""
_CLINC_OTHER = """
    thank_you goodbye greeting yes no maybe tell_joke fun_fact
"""
_CLINC_COMPLAINT = {
    "damaged_card": "damaged", "card_declined": "technical", "account_blocked": "technical", "report_fraud": "billing",
    "lost_luggage": "late",
}  # fmt: skip
_CLINC_QUESTION = """
    order_status flight_status carry_on confirm_reservation how_busy accept_reservations cancel_reservation
    application_status replacement_card_duration international_fees redeem_rewards bill_due ingredients_list
    new_card exchange_rate are_you_a_bot what_can_i_ask_you book_hotel car_rental restaurant_reservation
"""
_BITEXT_COMPLAINT = {"complaint": "other", "payment_issue": "billing", "registration_problems": "technical"}


def _asked(text: str, voice: str, weight: float, reason: str | None, urgency: str | None = None) -> Example:
    """A public row: a complaint where its own label names a trouble, else a question."""
    kinds = ("question",) if reason is None else ("complaint", "question") if "?" in text else ("complaint",)
    return Example(text, voice, weight, kinds, needs_reply=True, urgency=urgency, complaint_reason=reason)


def public(folder: Path) -> list[Example]:
    """Banking77, CLINC150 and Bitext rows whose labels map to ours, and tweets that are talk beside the point."""
    found = []
    troubles = {name: reason for reason, names in _BANKING.items() for name in names.split()}
    for row in list(rows_of(folder / "banking77" / "train.jsonl"))[::6]:
        urgency = "high" if row["intent"] in _BANKING_URGENT.split() else None
        found.append(_asked(row["text"], "banking77", 0.006, troubles.get(row["intent"]), urgency))
    for row in list(rows_of(folder / "clinc150" / "train.jsonl"))[::2]:
        if row["intent"] in _CLINC_OTHER.split():
            found.append(Example(row["text"], "clinc150", 0.006, ("other",), needs_reply=False, urgency="low"))
        elif row["intent"] in _CLINC_COMPLAINT or row["intent"] in _CLINC_QUESTION.split():
            found.append(_asked(row["text"], "clinc150", 0.006, _CLINC_COMPLAINT.get(row["intent"])))
    for row in list(rows_of(folder / "bitext_support" / "all.jsonl"))[::4]:
        found.append(_asked(row["instruction"], "bitext", 0.006, _BITEXT_COMPLAINT.get(row["intent"])))
    return found + _talk(folder)


def _talk(folder: Path) -> list[Example]:
    """Tweets to nobody in particular: not for us, no reply wanted. Only calm ones without a question."""
    tweets = tones(folder, "train")[::20]
    tweets += foreign_tones(folder, "german", "train")[::3]
    return [
        Example(tweet.text, "talk", 0.02, ("other",), needs_reply=False, urgency="low")
        for tweet in tweets
        if tweet.sentiment != "negative" and "?" not in tweet.text
    ]


def all_texts(folder: Path) -> list[str]:
    """Every text that weights may be trained on; for counting words. The written set counts ten times, voices kept aside not."""
    found = [example.text for example in written() if not example.voice.startswith(HELD)] * 10
    found += [tweet.text for tweet in tones(folder, "train")]
    for language in LANGUAGES:
        found += [tweet.text for tweet in foreign_tones(folder, language, "train")] * 2
    for path in ("tweeteval/offensive", "tweeteval/emotion", "tweeteval/hate", "banking77", "clinc150", "edos"):
        found += [row["text"] for row in rows_of(folder / path / "train.jsonl")]
    return found + [row["instruction"] for row in rows_of(folder / "bitext_support" / "all.jsonl")]
