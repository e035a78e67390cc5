"""Who writes to a company that practises: eight people, each with a matter of their own, in two languages.

They fit any company, name nobody, and know how to go on after an answer.
"""

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


_EN = (
    Visitor(
        "ines_okafor", "Ines Okafor", "Runs, bakes, returns library books on time.", 214, 2,
        "Hi! I ordered last Thursday and the tracking has not moved since. Can you tell me when it will arrive?",
        (("thanks", "That was quick, thank you! I'll wait then."), ("further", "All right. And can I still change the address?")),
    ),
    Visitor(
        "tomas_vik", "Tomas Vik", "Carpenter. Opinions are my own, splinters too.", 88, 6,
        "Third time this month that your shop logs me out in the middle of paying. Very annoying, please mend it.",
        (("thanks", "Works now. Thanks for looking into it."), ("angry", "It just happened again. Please take this seriously.")),
    ),
    Visitor(
        "leilaraman", "Leila Raman", "Office manager, plant keeper.", 402, 9,
        "We are thinking of ordering for our whole team, about 60 people. Do you have prices for companies? Whom can I talk to?",
        (("further", "Great. Could you send the price list to our office?"), ("thanks", "Perfect, I'll be in touch.")),
    ),
    Visitor(
        "joost_meer", "Joost van der Meer", "Reporter, money and markets.", 12840, 14,
        "Hello, I write for a business paper and work on a story about prices in your trade. Could somebody comment before 5 pm today?",
        (("thanks", "Thank you, that helps a lot."),),
        visibility="direct",
    ),
    Visitor(
        "amelia.stone", "Amelia Stone", "Mother of two and one very loud parrot.", 156, 21,
        "Just wanted to say: the person who helped me on the phone yesterday was wonderful. Please tell them!",
        (("thanks", "You made my day."),),
    ),
    Visitor(
        "danieloh", "Daniel Oh", "Just finished my degree. Looking around.", 63, 33,
        "Do you have any openings for people who are just starting out? I could not find anything on your page.",
        (("thanks", "Thanks, I will apply tonight!"), ("further", "Do I need a cover letter?")),
    ),
    Visitor(
        "priyanair", "Priya Nair", "Colours, fonts, tea.", 731, 47,
        "It would be lovely if one could choose the delivery day when ordering. Any plans for that?",
        (("thanks", "Great to hear that you listen."),),
    ),
    Visitor(
        "marek.h", "Marek Horn", "", 9, 58,
        "I got an e-mail in your name that asks me to confirm my card number on a strange page. Is that really from you?",
        (("thanks", "Thought so. I have deleted it, thank you."), ("further", "Shall I send you the e-mail?")),
    ),
)  # fmt: skip
_DE = (
    Visitor(
        "ines_okafor", "Ines Okafor", "Läuft, backt, gibt Bücher pünktlich zurück.", 214, 2,
        "Hallo! Ich habe letzten Donnerstag bestellt, und seitdem bewegt sich die Sendung nicht. Wann kommt sie denn an?",
        (("thanks", "Das ging ja schnell, danke! Dann warte ich."), ("further", "Gut. Kann ich die Adresse noch ändern?")),
    ),
    Visitor(
        "tomas_vik", "Tomas Vik", "Tischler. Meine Meinung, meine Späne.", 88, 6,
        "Zum dritten Mal in diesem Monat meldet mich Ihr Shop mitten im Bezahlen ab. Sehr ärgerlich, bitte reparieren!",
        (("thanks", "Jetzt geht es. Danke fürs Nachsehen."), ("angry", "Gerade ist es wieder passiert. Bitte nehmen Sie das ernst.")),
    ),
    Visitor(
        "leilaraman", "Leila Raman", "Büroleiterin, Pflanzenpflegerin.", 402, 9,
        "Wir möchten für unser ganzes Team bestellen, etwa 60 Leute. Haben Sie Preise für Firmen? Mit wem kann ich sprechen?",
        (("further", "Sehr gut. Schicken Sie uns die Preisliste ins Büro?"), ("thanks", "Wunderbar, ich melde mich.")),
    ),
    Visitor(
        "joost_meer", "Joost van der Meer", "Reporter, Geld und Märkte.", 12840, 14,
        "Guten Tag, ich schreibe für eine Wirtschaftszeitung über die Preise in Ihrer Branche. Kann sich heute bis 17 Uhr jemand dazu äußern?",
        (("thanks", "Vielen Dank, das hilft mir sehr."),),
        visibility="direct",
    ),
    Visitor(
        "amelia.stone", "Amelia Stone", "Mutter von zweien und einem sehr lauten Papagei.", 156, 21,
        "Ich wollte nur sagen: Die Person, die mir gestern am Telefon geholfen hat, war großartig. Bitte richten Sie das aus!",
        (("thanks", "Sie haben meinen Tag gerettet."),),
    ),
    Visitor(
        "danieloh", "Daniel Oh", "Gerade fertig studiert. Sehe mich um.", 63, 33,
        "Haben Sie offene Stellen für Leute, die gerade anfangen? Auf Ihrer Seite habe ich nichts gefunden.",
        (("thanks", "Danke, ich bewerbe mich noch heute Abend!"), ("further", "Brauche ich ein Anschreiben?")),
    ),
    Visitor(
        "priyanair", "Priya Nair", "Farben, Schriften, Tee.", 731, 47,
        "Schön wäre, wenn man beim Bestellen den Liefertag wählen könnte. Ist das geplant?",
        (("thanks", "Toll, dass Sie zuhören."),),
    ),
    Visitor(
        "marek.h", "Marek Horn", "", 9, 58,
        "Ich habe in Ihrem Namen eine E-Mail bekommen, in der ich auf einer seltsamen Seite meine Kartennummer bestätigen soll. Ist die wirklich von Ihnen?",
        (("thanks", "Dachte ich mir. Ich habe sie gelöscht, danke."), ("further", "Soll ich Ihnen die E-Mail schicken?")),
    ),
)  # fmt: skip


def visitors(language: str) -> tuple[Visitor, ...]:
    """The eight in a language; in English where we do not have it. The oldest message first."""
    chosen = _DE if language == "de" else _EN
    return tuple(sorted(chosen, key=lambda one: -one.minutes))
