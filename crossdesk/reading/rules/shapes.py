"""Things known by their shape: numbers to reach or to charge somebody, addresses, order numbers."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Shape(NamedTuple):
    """kind: email, phone, card, iban, address, identity or order. text: the words as written."""

    kind: str
    text: str


_ROLE = re.compile(
    r"(?i)^(?:info|support|help|hello|hi|press|presse|media|contact|kontakt|service|kundenservice|sales|jobs|careers|privacy|datenschutz|legal|office|team|no-?reply|customer\w*|care|feedback|billing|orders?|enquir\w+)@"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\w#.,/-])(?:\+|00)?\(?\d[\d\s()./-]{7,18}\d(?![\w.,]*\d)")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_DATE = re.compile(r"^\(?\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\D.*)?$")
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][\w']+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Way|Crescent|Terrace|Gardens|Boulevard|Blvd)\b"
    r"|\b\d{1,4}[a-z]? (?:[a-z']+ ){1,2}(?:street|road|avenue|lane|crescent|terrace)\b"
    r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm) ?\d{1,4} ?[a-z]?\b",
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b\d{5} [A-ZÄÖÜ][a-zäöüß]{2,}")
_SELF = re.compile(
    r"(?i)\b(?:my|i live|me at|our|home|address|deliver\w*|send|sent|ship\w*|to|wohne|meine|adresse|liefer\w*|schick\w*)\b"
)
_IDENTITY = re.compile(
    r"(?i)\b(?:passport|national insurance|ni number|social security|ssn|driving licen[cs]e|personalausweis\w*|reisepass\w*|steuer-?id|versichertennummer)\b\W{0,3}(?:number|no|nr|is|nummer|lautet|ist)?[\W]{0,4}(?:is |: ?)?([A-Z0-9][A-Z0-9 -]{5,14}\d)"
    r"|\b\d{3}-\d{2}-\d{4}\b"
    r"|\b(?:date of birth|dob|born on|geboren am|geburtsdatum)\W{1,3}(?:is )?\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_ORDER = re.compile(
    r"(?i)(?:\b(?:order|ticket|case|booking|reference|ref|tracking|parcel|invoice|bestellung|bestellnummer|auftrag|sendung|sendungsnummer|rechnung|vorgang|kundennummer|buchung)"
    r"(?:[ -]?(?:number|no\.?|nr\.?|id|nummer))?(?: (?:is|was|ist|lautet))?\s*[:#]?\s*)(#?(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{3,20})\b|(?<!\w)#\d{4,12}\b"
)


_LEAST_DIGITS = 6  # below it no long number can stand in the text


def shapes(text: str) -> list[Shape]:
    """Every shape in the text, most telling first. Cheap for texts with few digits and without @."""
    digits = sum(map(str.isdigit, text))
    found = (
        [Shape("email", m.group()) for m in _EMAIL.finditer(text) if not _ROLE.match(m.group())] if "@" in text else []
    )
    if digits >= _LEAST_DIGITS:
        found.extend(_numbers(text))
    if digits:
        street = _STREET.search(text)
        if street and (_POSTCODE.search(text) or _SELF.search(text[: street.start()])):
            found.append(Shape("address", street.group()))
        found.extend(_orders(text))
    return found


def _numbers(text: str) -> Iterator[Shape]:
    """Long numbers; each digit belongs to one shape only."""
    taken = [match.span() for match in _ORDER.finditer(text)]
    for kind, shape, is_one in _NUMBERS:
        for match in shape.finditer(text):
            if (kind in ("iban", "identity") or _free(match.span(), taken)) and is_one(match.group()):
                taken.append(match.span())
                yield Shape(kind, match.group())


def _orders(text: str) -> Iterator[Shape]:
    for match in _ORDER.finditer(text):
        yield Shape("order", match.group(1) or match.group())


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in taken)


def is_card(text: str) -> bool:
    """13 to 19 digits that begin as cards do and pass their check digit."""
    digits = [int(char) for char in text if char.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """An account number whose check digits are right."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def is_phone(text: str) -> bool:
    """A number somebody could be called on: international or with a leading zero or grouped; no free hot lines, no dates."""
    digits = "".join(char for char in text if char.isdigit())
    if not 9 <= len(digits) <= 15 or _DATE.match(text.strip()) or len(set(digits)) < 3:
        return False
    if re.match(r"(?:00|\+)?(?:44|49)?0?(?:800|808|180|345|333|900)\d", digits):
        return False
    grouped = re.search(r"\d[ ()./-]+\d", text) is not None
    return text.strip().startswith(("+", "0", "(0")) or (grouped and len(digits) in (10, 11))


_NUMBERS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("iban", _IBAN, is_iban),
    ("card", _CARD, is_card),
    ("identity", _IDENTITY, bool),
    ("phone", _PHONE, is_phone),
)
