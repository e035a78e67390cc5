"""How different people put the same thing: shouted, mistyped, with emoji, as a letter, in two parts."""

import random
import re
from collections.abc import Callable

KEPT = re.compile(r"^[@#]|[./]|\d")  # handles, hashtags, links and numbers stay as they are
UNCAPPED = {  # words that lose their capital after a greeting
    "a", "an", "and", "any", "anyone", "are", "bought", "can", "chat", "could", "did", "do", "does", "every", "got", "have",
    "how", "is", "it", "it's", "just", "my", "on", "order", "ordered", "paid", "please", "should", "so", "some", "still",
    "that", "that's", "the", "there", "there's", "this", "to", "we", "what", "what's", "when", "where", "where's", "which",
    "who", "why", "will", "would", "you", "your",
}  # fmt: skip
MISTYPED = {
    "definitely": "definately", "receive": "recieve", "received": "recieved", "the": "teh", "because": "becuase",
    "your": "ur", "you": "u", "please": "pls", "don't": "dont", "it's": "its", "doesn't": "doesnt", "can't": "cant",
    "didn't": "didnt", "won't": "wont", "really": "realy", "address": "adress", "until": "untill", "which": "wich",
    "separate": "seperate", "tomorrow": "tommorow", "believe": "beleive", "weird": "wierd", "with": "wiht",
    "nicht": "nciht", "schon": "shcon", "und": "udn", "wieder": "wider", "dass": "das", "vielleicht": "vieleicht",
    "delivery": "delivry", "parcel": "parcle", "jacket": "jakcet", "order": "oder", "anyone": "anyoen", "that": "taht",
}  # fmt: skip


def spoken(
    text: str, *, voice: str, rng: random.Random, phrase: Callable[[str], str], mood: str, asks: bool = False
) -> str:
    """A customer's text in their own voice.

    phrase: gives an opener, closer, emoji or hashtag, "" where there is none. asks: they want an answer, so they greet.
    """
    if voice == "lower":
        return text.lower().replace("!", "").rstrip(".")
    if voice == "typo":
        return _mistyped(text, rng)
    if voice == "shouty":
        return _shouted(text, rng) if mood == "negative" else text.rstrip(".") + "!!"
    if voice == "emoji":
        emoji = phrase(f"emoji_{mood}")
        return f"{text} {emoji}" if rng.random() < 0.8 else f"{emoji} {text}"
    if voice == "hashtag":
        return f"{text} {phrase(f'hashtag_{mood}')}"
    if voice == "terse":
        return text.rstrip(".")
    if not asks:
        return text
    return _framed(text, voice=voice, rng=rng, phrase=phrase)


def in_two(text: str, rng: random.Random) -> tuple[str, str] | None:
    """A long text as the two parts of a thread, or None when it is too short for that."""
    cuts = [m.end() for m in re.finditer(r"[.!?] ", text) if 60 < m.end() < len(text) - 40]
    if not cuts:
        return None
    cut = cuts[len(cuts) // 2]
    sign = rng.choice(("{0}/2", "({0}/2)", "{0}/"))
    return f"{text[:cut].strip()} {sign.format(1)}", f"{text[cut:].strip()} {sign.format(2)}"


def _framed(text: str, *, voice: str, rng: random.Random, phrase: Callable[[str], str]) -> str:
    opener = phrase(f"open_{voice}") if rng.random() < 0.5 else ""
    closer = phrase(f"close_{voice}") if rng.random() < 0.4 else ""
    first, _, rest = text.partition(" ")
    if opener.endswith(",") and first.lower() in UNCAPPED:
        text = f"{first.lower()} {rest}"
    return " ".join(part for part in (opener, text, closer) if part)


def _mistyped(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    left = rng.randint(1, 3)
    for at in rng.sample(range(len(words)), len(words)):
        word = words[at]
        bare = word.strip(".,!?").lower()
        if KEPT.search(word) or left == 0:
            continue
        if bare in MISTYPED:
            words[at] = word.lower().replace(bare, MISTYPED[bare])
            left -= 1
        elif len(bare) > 5 and bare.isalpha():
            cut = rng.randint(1, len(bare) - 3)
            words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
            left -= 1
    return " ".join(words)


def _shouted(text: str, rng: random.Random) -> str:
    if rng.random() < 0.4:
        return " ".join(word if KEPT.search(word) else word.upper() for word in text.split(" ")).rstrip(".") + "!!!"
    words = text.split(" ")
    for at in rng.sample(range(len(words)), min(3, len(words))):
        if not KEPT.search(words[at]):
            words[at] = words[at].upper()
    return " ".join(words).rstrip(".") + rng.choice(("!!", "!!!", "!", "?!"))
