"""Who writes to a company that practises: eight people, each with a matter of their own, in two languages.

They fit any company, name nobody, and know how to go on after an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with something to say. minutes: how long ago they wrote. then: (mood, text) of what they say to an answer."""

    handle: str
    name: str
    bio: str
    followers: int
    minutes: int
    text: str
    then: tuple[tuple[str, str], ...]
    visibility: str = "public"


@dataclass(frozen=True, slots=True)
class _Words:
    """What one of them says in one language. then: in the order of their moods."""

    bio: str
    text: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """One of them, the same in every language but for what they say."""

    handle: str
    name: str
    followers: int
    minutes: int
    moods: tuple[str, ...]
    says: Mapping[str, _Words]
    visibility: str = "public"

    def speaking(self, language: str) -> Visitor:
        words = self.says.get(language, self.says["en"])
        return Visitor(
            handle=self.handle, name=self.name, bio=words.bio, followers=self.followers, minutes=self.minutes,
            text=words.text, then=tuple(zip(self.moods, words.then, strict=True)), visibility=self.visibility,
        )  # fmt: skip


_PEOPLE = (
    _Person(
        "ines_okafor", "Ines Okafor", 214, 2, ("thanks", "further"),
        says={
            "en": _Words(
                "Runs, bakes, returns library books on time.",
                "Hi! I ordered last Thursday and the tracking has not moved since. Can you tell me when it will arrive?",
                ("That was quick, thank you! I'll wait then.", "All right. And can I still change the address?"),
            ),
            "de": _Words(
                "Läuft, backt, gibt Bücher pünktlich zurück.",
                "Hallo! Ich habe letzten Donnerstag bestellt, und seitdem bewegt sich die Sendung nicht. Wann kommt sie denn an?",
                ("Das ging ja schnell, danke! Dann warte ich.", "Gut. Kann ich die Adresse noch ändern?"),
            ),
        },
    ),
    _Person(
        "tomas_vik", "Tomas Vik", 88, 6, ("thanks", "angry"),
        says={
            "en": _Words(
                "Carpenter. Opinions are my own, splinters too.",
                "Third time this month that your shop logs me out in the middle of paying. Very annoying, please mend it.",
                ("Works now. Thanks for looking into it.", "It just happened again. Please take this seriously."),
            ),
            "de": _Words(
                "Tischler. Meine Meinung, meine Späne.",
                "Zum dritten Mal in diesem Monat meldet mich Ihr Shop mitten im Bezahlen ab. Sehr ärgerlich, bitte reparieren!",
                ("Jetzt geht es. Danke fürs Nachsehen.", "Gerade ist es wieder passiert. Bitte nehmen Sie das ernst."),
            ),
        },
    ),
    _Person(
        "leilaraman", "Leila Raman", 402, 9, ("further", "thanks"),
        says={
            "en": _Words(
                "Office manager, plant keeper.",
                "We are thinking of ordering for our whole team, about 60 people. Do you have prices for companies? Whom can I talk to?",
                ("Great. Could you send the price list to our office?", "Perfect, I'll be in touch."),
            ),
            "de": _Words(
                "Büroleiterin, Pflanzenpflegerin.",
                "Wir möchten für unser ganzes Team bestellen, etwa 60 Leute. Haben Sie Preise für Firmen? Mit wem kann ich sprechen?",
                ("Sehr gut. Schicken Sie uns die Preisliste ins Büro?", "Wunderbar, ich melde mich."),
            ),
        },
    ),
    _Person(
        "joost_meer", "Joost van der Meer", 12840, 14, ("thanks",), visibility="direct",
        says={
            "en": _Words(
                "Reporter, money and markets.",
                "Hello, I write for a business paper and work on a story about prices in your trade. Could somebody comment before 5 pm today?",
                ("Thank you, that helps a lot.",),
            ),
            "de": _Words(
                "Reporter, Geld und Märkte.",
                "Guten Tag, ich schreibe für eine Wirtschaftszeitung über die Preise in Ihrer Branche. Kann sich heute bis 17 Uhr jemand dazu äußern?",
                ("Vielen Dank, das hilft mir sehr.",),
            ),
        },
    ),
    _Person(
        "amelia.stone", "Amelia Stone", 156, 21, ("thanks",),
        says={
            "en": _Words(
                "Mother of two and one very loud parrot.",
                "Just wanted to say: the person who helped me on the phone yesterday was wonderful. Please tell them!",
                ("You made my day.",),
            ),
            "de": _Words(
                "Mutter von zweien und einem sehr lauten Papagei.",
                "Ich wollte nur sagen: Die Person, die mir gestern am Telefon geholfen hat, war großartig. Bitte richten Sie das aus!",
                ("Sie haben meinen Tag gerettet.",),
            ),
        },
    ),
    _Person(
        "danieloh", "Daniel Oh", 63, 33, ("thanks", "further"),
        says={
            "en": _Words(
                "Just finished my degree. Looking around.",
                "Do you have any openings for people who are just starting out? I could not find anything on your page.",
                ("Thanks, I will apply tonight!", "Do I need a cover letter?"),
            ),
            "de": _Words(
                "Gerade fertig studiert. Sehe mich um.",
                "Haben Sie offene Stellen für Leute, die gerade anfangen? Auf Ihrer Seite habe ich nichts gefunden.",
                ("Danke, ich bewerbe mich noch heute Abend!", "Brauche ich ein Anschreiben?"),
            ),
        },
    ),
    _Person(
        "priyanair", "Priya Nair", 731, 47, ("thanks",),
        says={
            "en": _Words(
                "Colours, fonts, tea.",
                "It would be lovely if one could choose the delivery day when ordering. Any plans for that?",
                ("Great to hear that you listen.",),
            ),
            "de": _Words(
                "Farben, Schriften, Tee.",
                "Schön wäre, wenn man beim Bestellen den Liefertag wählen könnte. Ist das geplant?",
                ("Toll, dass Sie zuhören.",),
            ),
        },
    ),
    _Person(
        "marek.h", "Marek Horn", 9, 58, ("thanks", "further"),
        says={
            "en": _Words(
                "",
                "I got an e-mail in your name that asks me to confirm my card number on a strange page. Is that really from you?",
                ("Thought so. I have deleted it, thank you.", "Shall I send you the e-mail?"),
            ),
            "de": _Words(
                "",
                "Ich habe in Ihrem Namen eine E-Mail bekommen, in der ich auf einer seltsamen Seite meine Kartennummer bestätigen soll. Ist die wirklich von Ihnen?",
                ("Dachte ich mir. Ich habe sie gelöscht, danke.", "Soll ich Ihnen die E-Mail schicken?"),
            ),
        },
    ),
)  # fmt: skip


def visitors(language: str) -> tuple[Visitor, ...]:
    """The eight in a language; in English where we do not have it. The oldest message first."""
    return tuple(one.speaking(language) for one in sorted(_PEOPLE, key=lambda one: -one.minutes))
