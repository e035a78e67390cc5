"""Words that come from outside the ordinary: press, regulators, lawyers, fraud, leaks. English and German."""

from crossdesk.reading.rules.engine import Gives, Rule, pattern, words

_REPLY = Gives("needs_reply", "yes", 0.9)
_HIGH = Gives("urgency", "high", 0.8)

_OUTLETS = (
    r"(?:bbc|itv|channel 4|sky news|reuters|associated press|bloomberg|cnn|cnbc|npr|the guardian|guardian|the times|"
    r"new york times|nyt|washington post|wall street journal|financial times|evening post|evening standard|the economist|"
    r"daily mail|daily mirror|the sun|the independent|techcrunch|the verge|wired|der spiegel|spiegel|die zeit|faz|"
    r"süddeutsche|bild|tagesschau|zdf|ard|wdr|ndr|heise|handelsblatt|rundschau|tageblatt|tageszeitung|le monde|el país)"
)
PRESS = (
    Rule(
        "press-asks",
        "A journalist or an outlet asks for something",
        (Gives("safety", "press", 0.9), Gives("intents", "press_enquiry", 0.9), _REPLY, _HIGH),
        words(
            "press office, press team, press contact, press officer, press enquiry, press enquiries, press inquiry, press inquiries, press department, "
            "media enquiry, media enquiries, media inquiry, media inquiries, media contact, media questions, media team, media relations, "
            "spokesperson, spokeswoman, spokesman, on the record, off the record, on deadline, my deadline is, right of reply, "
            "for comment, comment for, a comment on, request for comment, comment by, comment from, someone comment, "
            "journalist, reporter, correspondent, newsroom, editor at, editor of, writing a piece, writing a story, writing an article, "
            "doing a piece, doing a story, working on a story, working on a piece, writing about, reporting on, "
            "pressestelle, presseanfrage, pressesprecher*, presseabteilung, pressekontakt, stellungnahme, redaktion, redaktionsschluss, journalist*, reporterin, einen artikel, einen bericht, einen beitrag"
        ),
        pattern(
            r"\bpress (?:office|team|contact|officer|enquir\w+|inquir\w+|department)\b|\bmedia (?:enquir\w+|inquir\w+|contact|questions|team|relations)\b",
            r"\b(?:speak|talk|quote|interview|statement|comment|get|need|reach|have|offer|provide|your)\b.{0,40}\bspokes(?:person|man|woman)\b",
            r"\b(?:on|off) the record\b|\bon deadline\b|\bmy deadline is\b|\bright of reply\b|\brequest for comment\b",
            r"\b(?:i'm|i am|we're|as|am) (?:a |an |the )?(?:\w+ ){0,3}(?:journalist|reporter|correspondent|editor (?:at|of))\b",
            r"\b(?:journalist|reporter|correspondent) (?:here|with|at|for|from)\b",
            r"\b(?:journalist|reporter|correspondent)\b.{0,80}\b(?:comment|interview|statement|questions?|speak|talk|quote)\b",
            r"\b(?:writing|doing|working on|preparing) (?:a|an) (?:\w+ ){0,2}(?:piece|story|article|feature|segment|report)\b",
            r"\b(?:someone|anyone|somebody|you|company)\b.{0,30}\bcomment (?:on|by|before|for)\b|\bcomment (?:by|before) \d",
            r"\bpressestelle\b|\bpresseanfrage|\bpresse(?:sprecher|abteilung|kontakt)\w*|\bredaktionsschluss\b",
            r"\b(?:bitte|bitten|bäten|um eine|ihre) .{0,30}\bstellungnahme\b|\bstellungnahme bis\b",
            r"\b(?:ich|wir) (?:bin|sind|arbeite|arbeiten|schreibe|schreiben|recherchiere|recherchieren)\b.{0,60}\b(?:redaktion|journalist\w*|reporter\w*|artikel|bericht|beitrag)\b",
        ),
        pattern(
            r"\b(?:school|uni|university|college|class) (?:essay|project|paper|article)\b",
            r"\b(?:product|error|bug|crash|incident) report\b",
            r"\bi(?:'m| am) not a journalist\b",
        ),
    ),
    Rule(
        "press-outlet",
        "Names a news outlet and asks for words from you",
        (Gives("safety", "press", 0.8), Gives("intents", "press_enquiry", 0.7), _REPLY, _HIGH),
        words(
            "bbc, itv, channel 4, sky news, reuters, associated press, bloomberg, cnn, cnbc, npr, guardian, the times, new york times, nyt, washington post, "
            "wall street journal, financial times, evening post, evening standard, economist, daily mail, daily mirror, the sun, the independent, techcrunch, "
            "the verge, wired, spiegel, die zeit, faz, süddeutsche, bild, tagesschau, zdf, ard, wdr, ndr, heise, handelsblatt, *rundschau, *tageblatt, *tageszeitung, le monde, el país"
        ),
        pattern(
            rf"\b\w*{_OUTLETS}\b.{{0,120}}\b(?:comment|interview|statement|spokesperson|quote|stellungnahme|our readers|our listeners|go on air|on air)\b",
            rf"\b(?:comment|interview|statement|spokesperson|stellungnahme)\b.{{0,120}}\b\w*{_OUTLETS}\b",
        ),
    ),
    Rule(
        "press-threat",
        "Says that they will go to the press",
        (Gives("safety", "press", 0.65), _REPLY, _HIGH),
        words(
            "go to the press, going to the press, going to the papers, go to the papers, go to the media, going to the media, tell the press, told the press, "
            "contact the press, call the news, the news will hear, newspaper will hear, watchdog programme, an die presse, an die zeitung, an die medien"
        ),
    ),
)

REGULATORS = (
    Rule(
        "regulator-named",
        "Names an authority that watches companies",
        (Gives("safety", "regulator", 0.85), _HIGH),
        words(
            "trading standards, ombudsman, ofcom, ofgem, ofwat, ofsted, consumer protection agency, consumer protection, attorney general, "
            "better business bureau, data protection authority, information commissioner, financial conduct authority, advertising standards, "
            "health inspector, environmental health, food standards agency, food safety authority, competition authority, citizens advice, "
            "verbraucherzentrale, verbraucherschutz*, bafin, bundesnetzagentur, datenschutzbehörde, datenschutzbeauftragte*, kartellamt, schlichtungsstelle, "
            "gewerbeaufsicht, gesundheitsamt, ordnungsamt, eisenbahn-bundesamt, cnil, federal trade commission, equality commission, labour inspectorate"
        ),
        None,
        pattern(r"\b(?:i|my \w+) (?:work|works|worked) (?:for|at) (?:the )?(?:ofcom|ofgem|trading standards)\b"),
    ),
    Rule(
        "regulator-letters",
        "Names an authority by its letters",
        (Gives("safety", "regulator", 0.75), _HIGH),
        words("ico, fca, asa, cma, ftc, fda, cpsc, cfpb, fcc, bbb, caa, osha, eeoc, hse, accc, dpa, sec, dot"),
        pattern(r"\b(?:ICO|FCA|ASA|CMA|FTC|FDA|CPSC|CFPB|FCC|BBB|CAA|OSHA|EEOC|HSE|ACCC|DPA|SEC|DOT)\b(?=.*[a-z])"),
        exact=True,
    ),
)

LEGAL = (
    Rule(
        "legal-threat",
        "Speaks of lawyers or a court against you",
        (Gives("safety", "legal_threat", 0.85), Gives("intents", "legal_privacy", 0.8), _REPLY, _HIGH),
        words(
            "solicitor, solicitors, lawyer, lawyers, attorney, attorneys, sue, suing, sued, lawsuit, small claims, letter before action, cease and desist, "
            "see you in court, legal action, take you to court, taking you to court, going to court, it's court, court order, class action, legal proceedings, "
            "press charges, pressing charges, my legal team, section 75, letter before claim, breach of contract, "
            "anwalt, rechtsanwalt*, anwältin, verklagen, verklage, klage, abmahnung, mahnbescheid, strafanzeige, anzeige, vor gericht, rechtliche schritte, gerichtlich*, rechtsweg"
        ),
        pattern(
            r"\b(?:my|our|a|the|your|from|hear from|instruct\w*|with|of) (?:\w+ )?(?:solicitors?|lawyers?|attorneys?)\b",
            r"\b(?:i|we|i'll|we'll|will|to|gonna|could|should|can|might|be|am|are) (?:\w+ )?(?:sue|suing)\b|\bsu(?:e|ing) (?:you|them|this|the|your)\b|\blawsuit\b",
            r"\bsmall claims\b|\bletter before (?:action|claim)\b|\bcease and desist\b|\bsee you in court\b|\blegal (?:action|proceedings)\b|\bmy legal team\b",
            r"\btak(?:e|ing) (?:you|them|this|it) to court\b|\b(?:going|go) to court\b|\bit's court\b|\bclass action\b|\bpress(?:ing)? charges\b|\bbreach of contract\b",
            r"\b(?:mein\w*|unser\w*|einem|einen|ein|zum|dem|vom) (?:\w+ )?(?:rechts)?anw[aä]lt\w*\b|\bverklagen?\b|\b(?:die|eine|per|mit|mit einer) klage\b|\babmahnung\b|\bmahnbescheid\b|\bstrafanzeige\b|\banzeige (?:erstatte\w*|ist raus|gegen)\b|\bvor gericht\b|\brechtliche\w* schritte\w*|\bgerichtlich\w* (?:vorgehen|klären|schritte|durchsetzen)\b|\brechtsweg\b",
        ),
        pattern(
            r"\b(?:my name is|aunt|auntie|i'm|i am|call me|hi|hello|love|from) sue\b",
            r"\bball(?:'s| is) in your court\b|\b(?:food|tennis|basketball|squash|badminton) court\b",
            r"\b(?:better call saul|lawyer (?:joke|show|film)|suits)\b",
            r"\b(?:i'm|i am|as) an? (?:lawyer|solicitor|attorney) (?:and|looking|who|with)\b.{0,50}\b(?:quote|price|order|buy|software|licen[cs]e|plan|demo)\b",
            r"\bfür unsere (?:anwalts)?kanzlei\b",
        ),
    ),
    Rule(
        "legal-privacy",
        "Asks for rights over personal data",
        (Gives("intents", "legal_privacy", 0.9), _REPLY),
        words(
            "gdpr, dsgvo, ccpa, subject access request, sar, dsar, right to be forgotten, right to erasure, data you hold, data you have, data about me, "
            "delete my data, delete all my data, delete my personal, erase my data, my personal data, data protection officer, privacy request, copy of my data, "
            "copy of all the data, article 15, article 17, artikel 15, artikel 17, art. 15, art. 17, auskunft nach, meine daten löschen, löschung meiner daten, "
            "alle meine daten, gespeicherten daten, datenschutzbeauftragt*, every bit of data"
        ),
        pattern(
            r"\bgdpr\b|\bdsgvo\b|\bccpa\b|\bsubject access\b|\bdsar\b|\bright (?:to be forgotten|to erasure)\b|\bdata protection officer\b|\bprivacy request\b",
            r"\b(?:delete|erase|remove|copy of|send me|access to|see|want|request)\b.{0,40}\b(?:my|all|every\w*|any|personal)\b.{0,25}\b(?:data|information)\b",
            r"\bdata you (?:hold|have|keep|store|collect)\b",
            r"\bart(?:ikel|icle|\.) ?1[57]\b|\bmeine\w* (?:persönlichen |personenbezogenen )?daten (?:zu )?lösch\w+|\blöschung meiner\b|\b(?:alle )?meine\w* daten\b.{0,40}\b(?:auskunft|lösch\w+|gespeichert)|\bgespeicherten? daten\b",
        ),
    ),
)

_LINK = r"(?:https?://\S+|www\.\S+|\b[\w-]+\.(?:top|xyz|info|click|ru|tk|online|site|live|buzz|icu)\b\S*)"
PHISHING = (
    Rule(
        "phishing-message",
        "Reads like bait: asks to confirm an account or claim a prize behind a link, or asks for secrets",
        (Gives("safety", "phishing", 0.85), Gives("intents", "phishing", 0.85), Gives("needs_reply", "no", 0.85)),
        words(
            "verify, confirm, suspended, locked, claim, won, winner, prize, update your, log in, login, sign in, unusual activity, password, pin, seed phrase, "
            "wallet, gift card, refund, held, restore, bestätigen, gesperrt, gewonnen, verifizieren, aktualisieren, compensation"
        ),
        pattern(
            rf"\b(?:your|ihr|ihre|dein|deine) .{{0,60}}\b(?:suspend\w*|locked|held|limited|restricted|disabled|gesperrt|eingeschränkt|blockiert)\b.{{0,140}}{_LINK}",
            rf"\b(?:verify|confirm|validate|restore|update|bestätigen|verifizieren|aktualisieren)\b.{{0,30}}\b(?:your|ihre?n?|deine?n?|identity|details|account|wallet|konto|daten)\b.{{0,120}}{_LINK}",
            rf"\byou(?:'ve| have)? (?:been |be )?(?:won|selected|chosen)\b.{{0,140}}(?:{_LINK}|click|link|claim)",
            r"\b(?:dm|send|tell|give|reply with|share) (?:(?:us|me) )?(?:your|the|my) (?:\w+ )?(?:password|pin|seed phrase|card number|cvv|passcode|one[- ]time code)\b",
            rf"\bsie haben (?:\w+ ){{0,4}}gewonnen\b.{{0,120}}{_LINK}",
        ),
        pattern(
            r"\b(?:is (?:this|that|it) (?:you|real|legit|genuine|from you)|got (?:a|an|this) (?:text|email|e-mail|message|call|sms)|received (?:a|an|this)|scam|fake|phishing|ist das (?:echt|von (?:ihnen|euch)))\b"
        ),
    ),
    Rule(
        "phishing-report",
        "Reports somebody who pretends to be you, or a message that claims to be yours",
        (Gives("safety", "phishing", 0.85), Gives("intents", "phishing", 0.85), _REPLY, _HIGH),
        words(
            "phishing, smishing, scam, scammer, scammers, scamming, fake account, fake page, fake profile, fake website, fake site, fake email, fake shop, fake number, "
            "impersonat*, pretending to be, pretends to be, posing as, claiming to be, claims to be, is that you, is this you, is this from you, was that you, "
            "is this legit, is it legit, is this genuine, is this real, "
            "betrug*, betrüger*, fake-shop, fakeshop, fälschung, gibt sich, geben sich, in ihrem namen, in eurem namen, von euch, von ihnen, phishing-mail"
        ),
        pattern(
            r"\bphishing\b|\bsmishing\b|\bfake (?:account|page|profile|website|site|email|shop|number)\b|\bimpersonat\w+|\bposing as (?:you|your)\b",
            r"\b(?:pretend(?:s|ing)?|claim(?:s|ing)?) to be (?:you|your|from you|from your|the company|support|customer)\b",
            r"\bscamm(?:er|ers|ing)\b.{0,80}\b(?:your|you|logo|name|using|pretend\w*|call\w*|rang|text\w*|e-?mail\w*)\b",
            r"\b(?:text|email|e-mail|sms|message|call|letter|dm|link)\b.{0,100}\b(?:is (?:this|that|it) (?:you|from you|legit|genuine|real)|was that you|scam)\b",
            r"\b(?:is (?:this|that|it) (?:a )?(?:scam|legit|genuine))\b.{0,80}",
            r"\b(?:gibt|geben) sich\b.{0,60}\bals\b.{0,40}\baus\b|\b(?:betrüger|betrug|fake-?shop|phishing)\w*\b.{0,80}\b(?:ihr\w*|eur\w*|logo|namen|mail|sms|anruf)\b",
            r"\b(?:mail|e-mail|sms|nachricht|anruf|brief|link)\b.{0,120}\b(?:von (?:ihnen|euch)\b.{0,6}\?|stammt die von|ist die echt|ist das echt)",
            r"\bin (?:ihrem|eurem) namen\b.{0,100}\b(?:pin|tan|daten|passwort|konto|link|kreditkarte)\b",
        ),
        pattern(
            r"\byour (?:\w+ )?(?:price|prices|fees?|sale|discount|subscription|delivery|warranty|service)\b.{0,15}\b(?:is|are) a? ?(?:total |complete |absolute )?scam\b"
        ),
    ),
)

LEAKS = (
    Rule(
        "leak",
        "Says that inside matters or customer data are out",
        (Gives("safety", "leak", 0.8), Gives("intents", "confidential_leak", 0.8), _HIGH),
        words(
            "leaked, leak, leaks, leaking, confidential, internal, unreleased, insider, nda, under embargo, data breach, breached, customer list, "
            "customer data, database, on the dark web, not public yet, geleakt, durchgesickert, interne, internes, internen, interner, vertraulich*, datenleck, datenpanne, kundendaten, kundenliste"
        ),
        pattern(
            r"\b(?:leak(?:ed|s|ing)?)\b.{0,60}\b(?:tariff|price|prices|memo|document|documents|email|emails|slides?|specs?|photos?|roadmap|launch|list|data|info|figures|results|contract|plans?|screenshots?|online|product|phone|handset|database|passwords?)\b",
            r"\b(?:tariff|prices?|memo|documents?|e?mails?|slides?|specs?|photos?|roadmap|launch|list|data|figures|results|contract|plans?|screenshots?|passwords?|your new \w+)\b.{0,30}\b(?:leaked|been leaked|got leaked|is leaking)\b",
            r"\binternal (?:\w+ )?(?:memo|document|documents|slide|slides|email|emails|e-mail|price list|prices|roadmap|figures|numbers|chat|deck|report|spreadsheet|training)\b",
            r"\b(?:marked|stamped|strictly|company) confidential\b|\bconfidential (?:memo|document|documents|report|email|slides?|files?|figures|data|list)\b",
            r"\bunreleased (?:\w+ )?(?:product|handset|phone|model|track|range|device|game|collection|figures)\b|\bdata breach\b|\bon the dark web\b|\bnot public yet\b",
            r"\b(?:customer|whole|entire|your) (?:\w+ )?(?:list|database|data)\b.{0,40}\b(?:on a forum|for sale|online|posted|dumped|public|telegram|pastebin|github)\b",
            r"\bgeleakt\b|\bdurchgesickert\b|\binterne[nsr]? (?:\w+ )?(?:preisliste|memo|dokument\w*|mail\w*|folien?|zahlen|papier\w*|liste|unterlagen|präsentation)\b|\bdatenleck\b|\bdatenpanne\b|\bkunden(?:daten|liste)\b.{0,50}\b(?:forum|netz|öffentlich|online|aufgetaucht|verkauf)\b",
        ),
        pattern(
            r"\b(?:water|roof|pipe|tap|oil|gas|fuel|tank|bottle|boiler|washing machine|dishwasher|fridge|radiator|toilet|ceiling|battery|nappy|lid|flask|cup|pen)\b.{0,40}\bleak",
            r"\bleak(?:s|ed|ing)?\b.{0,30}\b(?:water|everywhere|all over|in my bag|onto|into my|under the sink|from the)\b",
        ),
    ),
)
