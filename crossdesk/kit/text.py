"""Text from outside made safe to store. Nothing a person could read is lost."""


def storable(text: str) -> str:
    """The text as every database takes it: NUL becomes U+FFFD, half a surrogate pair a question mark."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def clipped(text: str, most: int) -> str:
    """Storable and at most so many characters, with an ellipsis where something was cut."""
    safe = storable(text)
    return safe if len(safe) <= most else safe[: most - 1] + "…"
