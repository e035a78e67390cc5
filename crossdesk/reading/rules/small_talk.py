"""Messages that are only thanks, a greeting, a yes, a name or a picture: nothing to answer. In seven languages."""

import re
from typing import Literal

from crossdesk.reading.rules.engine import plain, vocabulary

SmallTalk = Literal["thanks", "greeting", "acknowledgement", "empty"]

_THANKS = vocabulary(
    """
    thanks thank dank thx thankyou tysm ty cheers ta appreciated appreciate danke dankeschön dankeschoen bedankt
    vielen herzlichen gracias merci grazie obrigado obrigada valeu shukriya dhanyavaad شكرا شكراً
    """
)
_GREETINGS = vocabulary(
    """
    hi hello hey hiya morning afternoon evening hallo moin servus tag morgen guten abend grüß grüezi bonjour
    salut hola buenos buenas ciao buongiorno olá oi namaste مرحبا السلام عليكم
    """
)
_YES = vocabulary(
    """
    ok okay okey k kk yes yep yeah no nope sure fine great perfect sorted solved done got received noted cool
    nice alright alles klar erledigt ja nein gut super prima passt verstanden vale sí si oui non d'accord va
    bene sim não tudo bem
    """
)
_FILLERS = vocabulary(
    """
    you so very much a lot again for the your quick fast reply help answer response it that all everyone team
    guys folks there mate have nice day lovely weekend good and to too now this is was really many million
    bunch awesome amazing brilliant legend legends dear sir madam ihnen euch dir schön schöne schönen sehr und
    für die das den schnelle hilfe antwort rückmeldung hat sich ein einen noch wochenende abend zusammen
    allerseits leute alle liebes beaucoup mille muchas mil molte por todo tutti everybody x xx xxx lol haha
    """
)
_WORD = re.compile(r"[^\W\d_][\w']*")
_NAMES = re.compile(r"[@#][\w.@-]+|https?://\S+|www\.\S+")
_LONGEST = 14


def small_talk(text: str) -> SmallTalk | None:
    """What kind of small talk the whole message is, if it is nothing else. A question mark always means more."""
    low = plain(text)
    if "?" in low or "؟" in low or len(low) > 160:
        return None
    found = _WORD.findall(_NAMES.sub(" ", low))
    if not found:
        return None if any(char.isdigit() for char in low) else "empty"
    if len(found) > _LONGEST or not all(w in _THANKS or w in _GREETINGS or w in _YES or w in _FILLERS for w in found):
        return None
    if any(word in _THANKS for word in found):
        return "thanks"
    if any(word in _GREETINGS for word in found):
        return "greeting"
    return "acknowledgement" if found[0] in _YES else None
