"""Words of danger to people: threats, self-harm, unsafe products. English and German, with the idioms that mean none."""

from crossdesk.reading.rules.engine import Gives, Rule, pattern, words

_HARM = r"(?:kill|shoot|stab|murder|strangle|hurt|beat|burn|bomb|blow up|smash|slit|hang|punch|break|attack|slap|hit|destroy|torch|finish)"
_WILL = r"(?:i|we|someone|somebody)\s?(?:'ll|'m|'re|'d| will| am| are| should| might| could| must| ought to| want to|m gonna|m going to| gonna| swear)"
_TARGET = (
    r"(?:you|u|your|ur|yours|him|his|her|them|their|everyone|everybody|staff|driver|drivers|manager|ceo|boss|engineer|"
    r"office|shop|store|warehouse|depot|building|headquarters|hq|the place|this place|that guy|the guy)"
)
_NOT_MEANT = pattern(
    r"\bkill(?:ing)? (?:for|time|it|me|the (?:lights?|engine|mood|vibe|app|process|subscription|account))\b",
    r"\bkilled (?:me|it)\b",
    r"\b(?:would|could|'d) kill\b",
    r"\bbeat (?:your|the|their|that|this|any|his|her) (?:price|prices|offer|quote|deal|rivals?|score|record|time|traffic|queue)",
    r"\b(?:shoot|hit) (?:you|u|me|them) (?:a|an|up|over|with)\b",
    r"\bhit (?:your|the) (?:shop|store|sale|website|button|like|road|gym)",
    r"\bsmash(?:ed|ing)? (?:it|that|the like|this)\b",
    r"\bbreak (?:a leg|it to you|even|the ice|up with you|news)",
    r"\bburn (?:calories|your calories|through)\b",
    r"\bbomb(?:a|ass)?\b(?! (?:in|at|under|your|you|the))",
    r"\bdead to me\b",
    r"\b(?:game|boss fight|level \d|the movie|the film|in the book|lyrics|season finale|minecraft|fortnite|episode)\b",
    r"\b(?:hurt|burn|destroy) (?:your|ur) (?:brand|reputation|image|sales|profits|wallet|feelings|rating)",
    r"\bhang (?:out|on|up)\b",
    r"\bfinish (?:your|the|my) (?:order|checkout|application|food|meal|box)",
    r"\bpunch (?:line|card|above)",
)
_P1 = Gives("urgency", "p1", 0.95)


def _threat(p: float) -> tuple[Gives, ...]:
    return (Gives("safety", "threat", p), Gives("intents", "threat", p), _P1)


def _self_harm(p: float) -> tuple[Gives, ...]:
    return (Gives("safety", "self_harm", p), _P1, Gives("needs_reply", "yes", 0.95))


def _unsafe(p: float) -> tuple[Gives, ...]:
    urgent = _P1 if p >= 0.8 else Gives("urgency", "high", p)
    return (Gives("safety", "product_safety", p), urgent, Gives("needs_reply", "yes", 0.9))


THREATS = (
    Rule(
        "threat-announced",
        "Somebody announces violence against people or a place",
        _threat(0.9),
        words(
            "kill, shoot, stab, murder, strangle, hurt, beat, burn, bomb, blow up, smash, slit, hang, punch, break, attack, slap, hit, destroy, torch, finish"
        ),
        pattern(
            rf"\b{_WILL}(?:\W+[\w']+){{0,5}}?\W+{_HARM}(?:\W+[\w']+){{0,3}}?\W+{_TARGET}\b",
            rf"\b(?:gonna|going to|about to) (?:\w+ ){{0,3}}{_HARM}(?: [\w']+){{0,2}}? {_TARGET}\b",
        ),
        _NOT_MEANT,
    ),
    Rule(
        "threat-knows-where",
        "Says that they know where somebody lives or works",
        _threat(0.85),
        words("know where, know which, know what car, your address, your home address, where you live"),
        pattern(
            r"\bknow (?:where|which \w+) (?:you|he|she|they|your|ur|u|the|that)\b(?: [\w']+){0,3}? (?:live|lives|work|works|park|parks|sleep|sleeps)\b",
            r"\b(?:got|have|found) your (?:home )?address\b.{0,30}\b(?:wait|visit|see you|come|coming|soon)\b",
            r"\bknow what car (?:you|he|she) drive",
        ),
        pattern(
            r"\b(?:don't|doesn't|do not|does not|didn't|never) (?:even )?know\b",
            r"\bdo (?:you|we) know\b",
            r"\bwant to know\b",
        ),
    ),
    Rule(
        "threat-words",
        "Words that threaten somebody's life or limbs",
        _threat(0.85),
        words(
            "watch your back, watch his back, watch her back, watch their back, leaving in an ambulance, body bag, leaving in a box, "
            "break your legs, break his legs, break her legs, break their legs, break your neck, break your face, slit your throat, "
            "bullet in, bullets in, pipe bomb, bomb in your, bomb under, set fire to your, set the dog on, dog set on, "
            "you're a dead man, you are a dead man, you're dead, your days are numbered, you will pay with, "
            "sleep with one eye open, waiting for you outside, be waiting with a, acid in your face, acid in the face"
        ),
        None,
        pattern(
            r"\bdead to me\b",
            r"\bdead (?:right|wrong|on)\b",
            r"\bbattery|\bcamping",
        ),
    ),
    Rule(
        "threat-weapon",
        "Speaks of a weapon together with somebody or some place",
        _threat(0.85),
        words("gun, knife, rifle, shotgun, machete, baseball bat, petrol, molotov, grenade, pistol, weapon"),
        pattern(
            r"\b(?:i|i've|we|we've|i'm|i'll)\b~(?:gun|knife|rifle|shotgun|machete|baseball bat|petrol|molotov|grenade|pistol)\b.{0,40}\b(?:you|your|shop|store|office|address|door|outside|ceo|boss|there)\b",
            r"\b(?:come|coming|turn up|show up|be back|waiting|visit)\b~(?:gun|knife|rifle|shotgun|machete|baseball bat|petrol|grenade|pistol)\b",
        ),
        pattern(
            r"\b(?:glue|nail|heat|nerf|water|top|staple|massage|spray|label|price|barcode) ?gun",
            r"\b(?:kitchen|bread|chef'?s?|paring|butter|steak|palette|stanley) kni",
            r"\bknife set|\bset of kniv|\bpetrol station|\bpetrol price|\border(?:ed)?\b|\bbought\b|\bpurchase",
        ),
    ),
    Rule(
        "threat-place",
        "Threatens to burn, bomb or smash a place",
        _threat(0.85),
        words("burn, burned, torch, bomb, blow, smash, shoot up, set fire, arson"),
        pattern(
            r"\bburn (?:it|the|your|this|that)(?: [\w']+){0,3}? (?:down|to the ground)\b",
            r"\b(?:bomb|torch|shoot up|set fire to) (?:your|the|that|this) (?:\w+ )?(?:shop|store|office|offices|warehouse|depot|building|hq|branch|headquarters|place|house|plant|factory)",
            r"\bsmash (?:the|your|this|that) (?:\w+ )?(?:place|shop|store|office|windows|branch)\b",
            r"\bbomb (?:in|at|under) (?:your|the)\b",
        ),
        pattern(
            r"\b(?:nearly|almost) burn",
            r"\bsale\b",
            r"\bcandle",
            r"\bcd\b|\bplaylist|\bdj\b|\bband\b|\bgig\b|\bset\b(?! fire)",
        ),
    ),
    Rule(
        "threat-german",
        "Jemand droht mit Gewalt (threat of violence, German)",
        _threat(0.88),
        words(
            "bring dich um, bringe dich um, bringe euch um, bring euch um, umbringen, abstechen, abfackeln, anzünden, kaputtschlagen, "
            "erschießen, erschiesse, erschieße, zusammenschlagen, verprügeln, wo du wohnst, wo sie wohnen, wo ihr wohnt, wohnt, "
            "knöpfe ich mir vor, vornehmen, mit dem messer, mit einem messer, in die luft jagen, in die luft sprengen, beine brechen, "
            "knochen brechen, aufschlitzen, aufs maul, auf die fresse, krankenhausreif, fertigmachen, pass auf dich auf, bombe, waffe, brennt euer, "
            "abbrennen, niederbrennen"
        ),
        pattern(
            r"\bbring(?:e)? (?:dich|euch|sie|ihn) (?:\w+ ){0,2}um\b",
            r"\b(?:ich|wir|man|jemand|einer)\b.{0,60}\b(?:umbringen|abstechen|abfackeln|anzünden|erschießen|zusammenschlagen|verprügeln|aufschlitzen|fertigmachen|abbrennen|niederbrennen|kaputtschlagen)\b",
            r"\bweiß,? wo (?:du|ihr|er|sie|ihr geschäftsführer|euer chef|dein \w+|euer \w+|ihr \w+) (?:wohnt|wohnst|wohnen|arbeitet|parkt)",
            r"\b(?:ihn|sie|dich|euch) mir vornehmen\b|\bknöpfe ich mir vor\b",
            r"\bkomme? (?:ich )?.{0,20}mit (?:dem|einem) messer\b",
            r"\bin die luft (?:jagen|sprengen)\b",
            r"\b(?:beine|knochen) brechen\b",
            r"\b(?:aufs maul|auf die fresse|krankenhausreif)\b",
            r"\b(?:bombe|waffe)\b.{0,30}\b(?:euch|eure[mnr]?|ihre[mnr]?|filiale|zentrale|laden)\b",
            r"\bbrennt (?:euer|eure|ihr|ihre) \w+\b",
        ),
        pattern(
            r"\b(?:mich|ich mich)\b.{0,20}\b(?:umbringen|umgebracht)\b",
            r"\b(?:grill|kerze|kerzen|kamin|spiel|film|preis)\b",
            r"\bvornehmen (?:sich|wir uns)",
        ),
    ),
)

SELF_HARM = (
    Rule(
        "self-harm",
        "Somebody may be about to harm themselves",
        _self_harm(0.9),
        words(
            "kill myself, killing myself, end my life, ending my life, take my own life, taking my own life, suicide, suicidal, "
            "want to die, wanna die, wish i was dead, wish i were dead, end it tonight, end it all, "
            "don't want to live, dont want to live, do not want to live, don't want to be here any, dont want to be here any, "
            "don't want to be alive, nobody would miss me, no one would miss me, better off without me, no reason to live, "
            "nothing to live for, can't go on any, cant go on any, hurt myself, harm myself, self-harm, self harm, cutting myself, "
            "can't do this any, cant do this any, overdose, not worth living, finish my life, worth more dead, all the tablets, all my tablets, all the pills, all my pills, "
            "whole bottle, swallowed pills, don't want to wake up, dont want to wake up, never wake up again, can't see a way out, "
            "i won't be here tomorrow, by the time you read this, happier without me, happier if i wasn't, happier if i just wasn't, "
            "goodbye letters, written the letters, jump off a bridge, jump in front of"
        ),
        None,
        pattern(
            r"\bsuicide (?:squad|prevention|door|doors|burn|mission|king|bid)\b",
            r"\b(?:career|political|commercial|brand|social|pr|marketing) suicide\b",
            r"\bdie (?:laughing|of (?:laughter|embarrassment|boredom|happiness|joy|cuteness|hunger|thirst|heat)|for|happy)\b",
            r"\bhurt myself (?:laughing|on|with|when|while|because|opening)\b",
            r"\b(?:about|donate|donating|raising|charity|awareness|helpline for|support for)\b.{0,30}\bsuicide\b",
            r"\b(?:wine|drank|shampoo|lotion|perfume|juice|review|oil|sauce|sunscreen|whisky|gin|beer)\b",
            r"\bend it all(?: |-)?(?:the|with a bang|inclusive)",
        ),
    ),
    Rule(
        "self-harm-tired",
        "Says that there is no point any more",
        _self_harm(0.6),
        words(
            "what's the point, whats the point, no point in living, can't take it any, cant take it any, give up on life"
        ),
        pattern(
            r"\bwhat'?s the point\b.{0,40}\b(?:any ?more|living|life|me|being here)\b",
            r"\bno point in living\b",
            r"\bcan'?t take (?:it|this) any ?more\b.{0,60}\b(?:alone|life|live|goodbye|sorry everyone)\b",
            r"\bgive up on life\b",
        ),
    ),
    Rule(
        "self-harm-german",
        "Jemand könnte sich etwas antun (self-harm, German)",
        _self_harm(0.9),
        words(
            "mich umbringen, bringe mich um, bring mich um, mir das leben nehmen, mir etwas antun, mir was antun, suizid*, selbstmord*, "
            "nicht mehr leben, will sterben, möchte sterben, keinen sinn mehr, lebensmüde, mich ritzen, niemand würde mich vermissen, nicht mehr aufwachen, schluss mit allem, "
            "ohne mich besser dran"
        ),
        None,
        pattern(
            r"\bselbstmord(?:attent|kommando)",
            r"\bvor (?:lachen|scham|langeweile)\b",
            r"\bkeinen sinn mehr,? (?:bei|mit|hier|das|weiter|noch)",
        ),
    ),
)

_NOT_BURNING = pattern(
    r"\b(?:(?:you|ye|u)(?: guys| all| lot| people)?|you're|team|crew|they|they're|deals?|playlist|outfit|song|album|track|menu|sale|absolute|pure|straight|literally) (?:(?:is|are|was|were|absolutely|all|literally) )?on fire\b",
    r"\bfire (?:sale|stick|tv|tablet|emoji|him|her|them|your|the|whoever|up|drill|pit)\b",
    r"\b(?:mind|head|brain|inbox|phone|dms|feed|timeline) (?:just |has |is )?(?:exploded|exploding|explodes) (?:with|at|from)\b",
    r"\b(?:mind|head|brain) (?:[\w']+ ){0,2}explod",
    r"\bsmoke(?:d)? (?:salmon|ham|paprika|alarm|detector|free)\b",
    r"\b(?:if|unless) .{0,30}\bi'm going to explode\b",
)
PRODUCT_SAFETY = (
    Rule(
        "product-fire",
        "A product burned, smoked, sparked or burst",
        _unsafe(0.9),
        words(
            "caught fire, catch fire, on fire, went up in flames, burst into flames, in flames, started smoking, smoking, smoke coming, smoke from, "
            "smoke out of, full of smoke, exploded, explode, explodes, exploding, sparks, sparking, sparked, electric shock, electrocuted, "
            "electrical fire, fire hazard, burnt my, burned my, scalded, melted, melting, overheats, overheated, overheating, swelled up, swollen battery, "
            "battery swelled, battery is swollen, bulging battery, gas leak, smell of gas, smells of gas, carbon monoxide, short circuit"
        ),
        pattern(
            r"\bcaught fire\b|\bcatch fire\b|\bin flames\b|\binto flames\b|\bup in flames\b",
            r"\bon fire\b",
            r"\b(?:started|starts|begins?|began|was|is) smoking\b(?=.{0,60}\b(?:in|when|while|after|and|plug|bed|charg)|$)",
            r"\bsmoke (?:coming|from|out of)\b|\bfull of smoke\b",
            r"\bexplod\w+\b",
            r"\bspark(?:s|ing|ed)\b.{0,40}\b(?:plug|socket|charger|cable|flew|out|from|when|kettle|toaster)\b|\b(?:plug|socket|charger|cable|kettle|toaster|cooker)\b.{0,40}\bspark(?:s|ing|ed)?\b",
            r"\belectric shock\b|\belectrocuted\b|\belectrical fire\b|\bfire hazard\b|\bshort circuit",
            r"\b(?:burnt|burned|scalded) (?:my|his|her|our|their) (?!tongue\b)\w+",
            r"\b(?:it|plug|charger|cable|socket|battery|casing|adapter|handle|pan)\b.{0,20}\bmelt(?:ed|ing)\b",
            r"\boverheat(?:s|ed|ing)\b.{0,60}\b(?:burn|danger|smell|hot to touch|melt|fire)\w*|\bswell?(?:ed|en|ing|ollen)? up\b|\bswollen battery\b|\bbattery (?:is |has )?swoll?en\b|\bbattery swelled\b|\bbulging battery\b",
            r"\bgas leak\b|\bsmells? of gas\b|\bcarbon monoxide\b",
        ),
        _NOT_BURNING,
    ),
    Rule(
        "product-injury",
        "Somebody was hurt or fell ill",
        _unsafe(0.85),
        words(
            "injured, injury, injuries, bleeding, stitches, hospital, a&e, emergency room, ambulance, choked, choking, choking hazard, "
            "swallowed, food poisoning, poisoned, vomiting, throwing up, allergic reaction, anaphyl*, epipen, hives, rash, burns on, chemical burn, "
            "concussion, broke my, cut my, cut myself, cut his, cut her, sliced my, collapsed under, brake, brakes, not safe for, unsafe, "
            "heart monitor, oxygen, life threatening, dialysis"
        ),
        pattern(
            r"\b(?:was|were|got|been|is|are|badly|seriously|has|have|he's|she's|nearly|almost) (?:\w+ )?injured\b|\binjured (?:my|his|her|our|by|when|after|himself|herself)\b|\b(?:caused|with|serious|head|an|eye|hand|bad) injur(?:y|ies)\b",
            r"\b(?:bleeding|stitches|concussion|choked|choking hazard|food poisoning|poisoned|allergic reaction|anaphyl\w+|epipen|chemical burn)\b",
            r"\b(?:hospital|a&e|emergency room|ambulance)\b.{0,60}\b(?:after|because|from|your|product|ate|eating|using)\b",
            r"\b(?:after|because|from|your|product|ate|eating|using)\b.{0,60}\b(?:hospital|a&e|emergency room|ambulance|vomiting|throwing up|hives|rash)\b",
            r"\b(?:hives|rash)\b.{0,60}\b(?:after|your|cream|product|from|label|free)\b",
            r"\b(?:cut|sliced) (?:my|his|her|our) (?:\w+ )?(?:finger|hand|lip|mouth|tongue|foot|gum|face|thumb|arm|leg)s?\b|\bcut myself (?:on|with)\b",
            r"\bbroke my (?:tooth|arm|leg|wrist|ankle|finger|nose|hip)\b",
            r"\b(?:son|daughter|baby|toddler|kid|child|dog|cat)\b.{0,40}\b(?:choking|swallowed)\b|\bswallowed\b.{0,40}\b(?:battery|magnet|button|piece|part)\b",
            r"\bbrakes? (?:just )?(?:failed|went|gave out|stopped working|didn't work|locked up)\b|\bcollapsed under\b",
            r"\b(?:not safe for|unsafe for) (?:children|kids|babies|humans|anyone|use)\b",
            r"\b(?:heart monitor|oxygen|dialysis|life threatening)\b",
        ),
        pattern(
            r"\b(?:injury time|injury list|add insult to injury|insult to injury|adding insult)\b",
            r"\b(?:no one|nobody) (?:was |got )?(?:hurt|injured)\b.{0,30}\b(?:luckily|in the making)\b",
            r"\bbleeding edge\b|\bbleeding (?:money|obvious|customers)\b",
            r"\bi(?:'m| am) a (?:nurse|doctor|paramedic)\b",
            r"\bhospital (?:discount|radio|drama)\b",
            r"\bpoisoned chalice\b|\bwaste of (?:oxygen|space)\b|\bin need of oxygen\b",
        ),
    ),
    Rule(
        "product-foreign-body",
        "Something dangerous was found in food or a product",
        _unsafe(0.85),
        words(
            "glass in, metal in, plastic in, piece of metal, bit of metal, piece of glass, bits of glass, shard, shards, needle in, razor blade, "
            "mould in, mold in, maggot*, mouse in, rat in, screw in, bit of plastic, nut free, nut-free, undeclared, gluten free, gluten-free"
        ),
        pattern(
            r"\b(?:glass|metal|plastic|needle|screw|razor blade|mould|mold|mouse|rat|maggots?|shards?)\b~?(?:in|inside) (?:my|the|a|his|her|our|your|this|it)\b.{0,30}\b(?:food|soup|salad|pouch|bottle|can|tin|jar|pack|packet|burger|sandwich|cereal|muesli|bread|milk|drink|yoghurt|yogurt|chocolate|meal|pizza|cookie|cookies|baby|sauce|box|juice|water|rice|bar)\b",
            r"\b(?:nut|gluten|dairy)[ -]free\b.{0,80}\b(?:hives|reaction|swell\w*|hospital|sick|rash|breathe|breathing|contains?|traces)\b",
            r"\bundeclared (?:nut|nuts|milk|egg|soya?|sesame|allergen|peanut)",
            r"\bmaggots?\b",
        ),
    ),
    Rule(
        "product-recall",
        "Asks about or demands a recall",
        _unsafe(0.75),
        words("recall, recalled, recalls, recalling"),
        pattern(
            r"\b(?:product|safety|urgent|voluntary|battery|car|food|issue a|issued a|be a|the|any|this|under|your) recall\b",
            r"\b(?:been|being|was|were|be|get|got|is|are) recalled\b|\brecall (?:it|them|this|these|notice|list|the)\b|\brecalls?\b.{0,30}\b(?:model|batch|notice|product)\b",
        ),
        pattern(r"\b(?:as|if) i recall\b|\bi (?:can't |don't |do not |cannot )?(?:seem to )?recall\b|\btotal recall\b"),
    ),
    Rule(
        "product-safety-german",
        "Ein Produkt war gefährlich oder jemand wurde verletzt (product safety, German)",
        _unsafe(0.87),
        words(
            "feuer gefangen, in flammen, gebrannt, zu brennen, brannte, brannten, brennt, explodiert, rauch, qualm*, geschmort, verschmort*, stromschlag, kurzschluss, funken, "
            "verbrannt, verletzt, verletzung, notaufnahme, krankenhaus, allergische reaktion, allergisch*, glassplitter, metallteil, "
            "metallsplitter, schimmel, verschluckt, erstickt, lebensmittelvergiftung, rückruf*, zurückgerufen, aufgebläht, gasgeruch, lebensgefähr*, "
            "bremsen versagt, vergiftung"
        ),
        pattern(
            r"\bzu brennen (?:angefangen|begonnen)\b|\bfing(?:en)? an zu brennen\b|\b(?:gerät|akku|toaster|ofen|kabel|stecker|lüfter|\w*lampe|handy|roller|fernseher)\b.{0,40}\b(?:hat gebrannt|brannte|gebrannt)\b|\bfeuer gefangen\b|\bin flammen\b|\bexplodiert\b|\bqualmt\w*|\bgeschmort\b|\bverschmort\w*|\bstromschlag\b|\bkurzschluss\b",
            r"\brauch (?:kam|stieg|kommt|aus)\b|\bfunken (?:sprühen|sprühten|flogen|geschlagen)\b",
            r"\b(?:finger|hand|mund|arm|zunge|fuß|sohn|tochter|kind|baby|mich|sich|dabei)\b.{0,30}\b(?:verbrannt|verletzt)\b|\bverletzung\w*\b",
            r"\bnotaufnahme\b|\bim krankenhaus\b|\bins krankenhaus\b",
            r"\ballergische\w* reaktion\b|\bglassplitter\w*|\bmetall(?:teil|splitter)\w*|\blebensmittelvergiftung\b|\bschimmel\b.{0,30}\b(?:brot|joghurt|packung|käse|essen|glas)\b|\b(?:brot|joghurt|packung|käse|essen|glas)\b.{0,30}\bschimmel\b",
            r"\bverschluckt\b|\berstickt\b|\brückruf(?!e? (?:sie|mich|bitte|service|nummer|wunsch|bitte))\w*\b.{0,40}\b(?:produkt|charge|modell|aktion|gerät|ware|ihre[rs]?|akku)\b|\brückrufaktion\b|\bzurückgerufen\b.{0,30}\b(?:produkt|modell|charge)\b",
            r"\b(?:akku|batterie)\b.{0,20}\baufgebläht\b|\bgasgeruch\b|\blebensgefähr\w+|\bbremsen versagt",
        ),
        pattern(r"\bbitte um (?:einen )?rückruf\b", r"\bes brennt mir\b", r"\b(?:stolz|gefühle|ehre) verletzt\b"),
    ),
)
