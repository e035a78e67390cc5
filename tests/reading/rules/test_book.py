"""Every rule holds where it should and keeps still where it should: idiom, sarcasm, other meanings of its words."""

import pytest

from crossdesk.reading.ports import Block
from crossdesk.reading.rules.catalogue import BOOK, findings_of
from crossdesk.reading.rules.engine import Gives, Rule, book

HOLDS = {
    "threat-announced": [
        "I will kill you and your family",
        "I'm going to burn your shop",
        "someone should shoot the CEO",
        "we're gonna come down there and beat your staff",
        "we'll beat your driver",
    ],
    "threat-knows-where": [
        "I know where you live",
        "we know which car your manager parks, i know where he works",
        "got your home address, see you soon",
    ],
    "threat-words": ["He is leaving in an ambulance next time", "watch your back", "I'll put a bullet in him"],
    "threat-weapon": ["I've got a gun and I have your shop's address", "next time I come with a baseball bat"],
    "threat-place": ["burn it to the ground", "smash the place up", "there is a bomb in your office", "somebody torch the warehouse"],
    "threat-german": [
        "Ich bringe euch um",
        "Ich weiß, wo du wohnst",
        "heute nacht brennt euer laden",
        "ich komme mit dem Messer vorbei",
    ],
    "self-harm": [
        "I want to die",
        "thinking about killing myself because of this debt",
        "nobody would miss me",
        "I've taken all the tablets",
        "by the time you read this I'll be gone",
        "I can’t do this any more",
    ],
    "self-harm-tired": ["what's the point of living any more"],
    "self-harm-german": ["Ich will nicht mehr leben", "ich denke an Suizid"],
    "product-fire": [
        "your toaster caught fire",
        "the charger is sparking when I plug it in",
        "My toaster is on fire right now",
        "the power bank exploded in my bag",
        "it burnt my hand",
        "strong smell of gas, a gas leak",
    ],
    "product-injury": [
        "my son had an allergic reaction",
        "I cut my finger on the lid",
        "she is in hospital after eating your salad",
        "the toddler swallowed a magnet from it",
        "two people were injured when it fell",
        "the brakes went on the motorway",
    ],
    "product-foreign-body": ["there was glass in my soup", "labelled nut free and he came out in hives"],
    "product-recall": ["has this been recalled?", "you should issue a recall"],
    "product-safety-german": ["der Toaster hat Feuer gefangen",
        "Der Heizlüfter hat zu brennen angefangen", "mein Sohn hat sich die Hand verbrannt", "Glassplitter im Müsli"],
    "press-asks": [
        "I'm a reporter with the Gazette",
        "Could your press office call me?",
        "writing a piece on late parcels, would someone comment by 4pm?",
        "Ich bitte um eine Stellungnahme bis 16 Uhr",
    ],
    "press-outlet": ["This is BBC Radio, we want a statement about the outage"],
    "press-threat": ["I'm going to the press with this"],
    "regulator-named": ["I have told Trading Standards", "Beschwerde bei der Verbraucherzentrale ist raus"],
    "regulator-letters": ["I am writing to the ICO about this", "the FCA has my file now"],
    "legal-threat": [
        "you will hear from my solicitor",
        "I will sue you",
        "see you in court",
        "Ich gehe zum Anwalt",
    ],
    "legal-privacy": ["delete all my personal data", "subject access request please", "Auskunft nach DSGVO bitte"],
    "phishing-message": [
        "Your account is suspended, verify now at http://secure-login.top",
        "Please DM your password so we can refund you",
        "Ihr Konto wurde gesperrt: http://konto-sicher.info",
    ],
    "phishing-report": [
        "there's a fake account with your logo",
        "got a text about a fee, is this you?",
        "someone is pretending to be you and asks for card numbers",
        "da gibt sich jemand als ihr kundendienst aus",
    ],
    "leak": [
        "your price list has leaked, page 3 says 12 %",
        "a confidential memo was left on the train",
        "interne Preisliste im Forum aufgetaucht",
    ],
    "job": ["are you hiring?", "how do I apply for the job", "Ich habe mich auf die Stelle als Koch beworben"],
    "lead": [
        "can I get a quote for 200 mugs",
        "we want to switch to you",
        "what's the price for our office of 40 people",
        "gibt es einen Mengenrabatt?",
    ],
    "partner": ["open to a collab?", "would you sponsor our team", "Lust auf eine Kooperation?"],
    "protest": ["boycott them all", "we protest outside your head office on Saturday", "Kundgebung vor der Zentrale am Freitag"],
    "conduct": [
        "your driver harassed my daughter",
        "one of your guards used a racist slur",
        "Ihr Fahrer hat meine Tochter belästigt",
    ],
    "deadline": ["this is urgent", "my flight leaves today, help", "bitte melden Sie sich noch heute"],
}  # fmt: skip
HOLDS_NOT = {
    "threat-announced": [
        "I'd kill for this coffee",
        "this sale is killing me",
        "my wife will kill me if it's late",
        "I will beat your price",
        "I'll shoot you an email",
        "we should hit the gym",
        "you could break it to them gently",
        "I'm going to kill the next boss fight with you",
    ],
    "threat-knows-where": ["do you know where he works?", "I don't know where you live so I can't send it", "nobody knows where the parcel is"],
    "threat-words": ["you are dead to me", "you're dead right", "put the bulbs in the ground"],
    "threat-weapon": ["I ordered a knife and it came without its sheath", "the glue gun I got from your shop is great"],
    "threat-place": ["nearly burned the place down with my cooking", "this candle burns down too fast", "smash that like button"],
    "threat-german": ["ich will den Grill anzünden, wo du wohnst ist egal", "die neue Sorte ist eine Bombe"],
    "self-harm": [
        "I could die laughing",
        "I want to die of embarrassment",
        "loved Suicide Squad",
        "that's career suicide",
        "I hurt myself laughing",
        "we drank the whole bottle, lovely wine",
        "by the time you read this review I'll be on my second pair",
    ],
    "self-harm-tired": ["what's the point of a warranty then"],
    "self-harm-german": ["es macht keinen Sinn mehr, bei euch anzurufen", "ich könnte sterben für diesen Kuchen"],
    "product-fire": [
        "you guys are on fire today",
        "is there a fire sale?",
        "my mind exploded",
        "inbox exploding with your newsletters",
        "smoked salmon bagel please",
        "I burned my tongue",
    ],
    "product-injury": [
        "to add insult to injury nobody answered",
        "I'm a nurse at the hospital, do you deliver after ten?",
        "scored in injury time",
        "can I freeze my membership while I'm injured",
        "what a waste of oxygen",
    ],
    "product-foreign-body": ["do you have gluten free bread?", "a glass in my cupboard"],
    "product-recall": ["I can't recall my password", "if I recall it was blue"],
    "product-safety-german": ["ich bitte um einen Rückruf", "wann brennt bei euch noch Licht?"],
    "press-asks": ["press the red button", "love my french press", "please fix the comment section", "I wrote a bug report"],
    "press-outlet": ["saw your advert on the BBC", "reading the Guardian on the train"],
    "press-threat": ["the press is bent and won't crush olives"],
    "regulator-named": ["I work at Trading Standards and love your biscuits"],
    "regulator-letters": ["wait a sec", "a dot in the corner"],
    "legal-threat": ["My name is Sue", "the food court is closed", "the ball is in your court", "sue from accounts says hi"],
    "legal-privacy": ["my mobile data is slow", "what data plan do you have"],
    "phishing-message": [
        "how do I verify my account?",
        "my account was suspended, please help",
        "got a text saying your parcel is held with this link http://x.top, is it real",
    ],
    "phishing-report": ["your prices are a scam", "is this the right shop"],
    "leak": ["the tap is leaking", "bottle leaked in my bag", "water leak under the sink"],
    "job": ["great job everyone", "you had one job", "how do I apply the discount code", "my loan application was refused"],
    "lead": ["I was quoted 40 and charged 60", "quote of the day: be kind", "how much longer for my order"],
    "partner": ["my partner and I loved it", "why do you sponsor that team"],
    "protest": ["I must protest at the quality of the soup", "bowling strike tonight"],
    "conduct": ["the touch screen is broken", "thanks for getting in touch", "your driver was lovely"],
    "deadline": ["no rush, but where is it", "thanks for the quick help today"],
}  # fmt: skip


def names(text: str) -> set[str]:
    return {finding.name for finding in findings_of(Block(text))}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in HOLDS.items() for text in texts])
def test_the_rule_holds(name, text):
    assert name in names(text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in HOLDS_NOT.items() for text in texts])
def test_the_rule_keeps_still(name, text):
    assert name not in names(text)


def test_every_rule_of_the_book_has_examples_for_and_against():
    rules = {rule.name for rule in BOOK.rules}

    assert set(HOLDS) == set(HOLDS_NOT) == rules


@pytest.mark.parametrize(
    "text",
    [
        "I'd kill for this coffee",
        "this sale is killing me",
        "bomb cookies, seriously",
        "dying of laughter over here",
        "great, another delay",
        "that finale killed me",
        "I could murder a curry",
        "your new album is fire",
        "my head will explode if I wait any longer",
        "heard it through the press of the crowd",
    ],
)
def test_idiom_raises_no_alarm(text):
    found = findings_of(Block(text))

    assert [gives for finding in found for gives in finding.gives if gives.head == "safety"] == []


def test_two_rules_of_one_name_are_refused():
    rule = Rule("twice", "Said twice", (Gives("safety", "press", 0.5),), ("word",))

    with pytest.raises(ValueError, match="twice"):
        book([rule], [rule])


def test_terms_stand_on_word_boundaries_unless_a_star_opens_them():
    rules = [
        Rule("whole", "", (Gives("safety", "press", 0.5),), ("sue",)),
        Rule("open", "", (Gives("safety", "press", 0.5),), ("impersonat*",)),
    ]

    found = [[f.name for f in book(rules).findings(text, public=True)] for text in ("tissue", "Sue!", "impersonating")]

    assert found == [[], ["whole"], ["open"]]
