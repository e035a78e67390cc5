"""Words that say what a message is about where nobody's safety is at stake. English and German."""

from crossdesk.reading.rules.engine import Gives, Rule, pattern, words

_REPLY = Gives("needs_reply", "yes", 0.88)

KINDS = (
    Rule(
        "job",
        "Asks about work at your company",
        (Gives("intents", "job_enquiry", 0.88), _REPLY),
        words(
            "hiring, vacancy, vacancies, job, jobs, apply, applied, application, cv, resume, internship, apprenticeship, recruiter, work experience, "
            "bewerbung, bewerben, beworben, stelle, stellenangebot*, stellenanzeige*, praktikum, ausbildung*, lebenslauf, vorstellungsgespräch, personalabteilung, initiativbewerbung, werkstudent*, quereinsteiger*, minijob, azubi*"
        ),
        pattern(
            r"\b(?:are|is|you|u|guys|still|currently|anyone|ur) (?:\w+ ){0,3}hiring\b|\bhiring (?:for|at|in|now|people|right)\b.{0,40}\?",
            r"\b(?:any|your|a|job|open|current|the|this|that) (?:\w+ )?vacanc(?:y|ies)\b",
            r"\b(?:apply|applied|applying|application|interview)\b.{0,40}\b(?:job|role|position|post|vacancy|internship|apprenticeship|placement|traineeship|opening)\b",
            r"\b(?:job|role|position|vacancy|internship|apprenticeship|placement|opening)\b.{0,40}\b(?:apply|applied|application|interview|open|available|advert|advertised|still going|listed)\b",
            r"\b(?:send|sent|email|attach\w*|submit\w*|drop|hand\w*|got|have) (?:\w+ ){0,3}(?:my|his|her|a|our|the|their) (?:cv|resume|résumé)\b",
            r"\b(?:internship|apprenticeship|work experience)s?\b.{0,40}\?|\b(?:offer|take|do|have) (?:\w+ ){0,2}(?:internships|apprenticeships|work experience)\b",
            r"\b(?:bewerb\w*|beworben)\b|\b(?:die|der|freie|offene|ausgeschriebene|eure|ihre) (?:\w+ )?stelle (?:als|noch|in|im|frei)\b|\bstellen(?:angebot|anzeige)\w*|\b(?:praktik\w+|ausbildungspl\w+|werkstudent\w*|minijob|initiativbewerbung|vorstellungsgespräch|lebenslauf)\b",
        ),
        pattern(
            r"\b(?:great|good|nice|amazing|fantastic|excellent|top|lovely|wonderful|brilliant|bad|terrible|poor|awful|shoddy|your) job\b(?!.{0,40}\b(?:apply|vacancy|cv|opening|advert|ad|offer|posting)\b)",
            r"\b(?:loan|credit|card|mortgage|visa|refund|claim|discount|voucher|account|warranty) application\b|\bapplication (?:crash|error|keeps|won't|form for (?:a |the )?(?:refund|loan|card))",
            r"\bapply (?:the|a|my|this|that) (?:code|discount|voucher|coupon|cream|filter|promo)",
            r"\bone job\b|\byou had one\b|\bjob (?:done|seeker)\b",
        ),
    ),
    Rule(
        "lead",
        "Uses words of somebody who may buy: a quote, many pieces, prices for a company, moving from another supplier",
        (Gives("intents", "sales_lead", 0.85), _REPLY),
        words(
            "quote, quotation, bulk, wholesale, trade price, trade prices, trade account, volume discount, pricing, price list, demo, book a demo, free trial, business plan, enterprise, "
            "sales team, sales rep, someone in sales, switch to you, switching to you, switching from, switch from, moving to you, looking to buy, interested in buying, for our office, for our company, for my company, for our team, per seat, "
            "licences, licenses, mengenrabatt, großbestellung, angebot, kostenvoranschlag, geschäftskunden*, firmenkunden*, händlerpreis*, wechseln, staffelpreis*, stückzahl*, abnahme"
        ),
        pattern(
            r"\b(?:get|need|want|have|send|give|can you|could you|please|for|a|me) (?:\w+ ){0,3}(?:quote|quotation)\b(?! (?:from|by|tweet|of))",
            r"\b(?:bulk|wholesale|volume) (?:order|orders|price|prices|pricing|discount|discounts|buy|purchase|rate|rates)\b|\bin bulk\b|\btrade (?:price|prices|account|discount|customer)",
            r"\b(?:book|have|get|see|schedule|request|arrange|want|give us|like) (?:a |the )?(?:\w+ )?demo\b|\bbusiness plan\b.{0,30}\b(?:price|cost|month|seats|users)\b|\benterprise (?:plan|price|pricing|version|licen[cs]e)",
            r"\b(?:talk|speak|contact|number|email|someone|rep|put me through)\b.{0,30}\bsales\b(?! assistant)",
            r"\bswitch(?:ing)? (?:over )?(?:to you|from (?!(?:you|your)\b)\w+)|\bmoving (?:over )?to you\b|\b(?:looking|want|interested|hoping|ready) (?:to buy|in buying|to order|in ordering|to purchase)\b.{0,60}\b(?:for (?:our|my|the)|\d{2,})\b",
            r"\b(?:for|at) (?:our|my) (?:\w+ )?(?:office|company|firm|team|practice|clinic|school|restaurant|business)\b.{0,80}\b(?:price|pricing|cost|costs|quote|how much|discount|offer)\b|\b(?:price|pricing|cost|quote|how much|discount)\b.{0,80}\b(?:for|at) (?:our|my) (?:\w+ )?(?:office|company|firm|team|practice|clinic|school|restaurant|business)\b",
            r"\b(?:how much|price|pricing|cost)\b.{0,40}\b(?:for|of) (?:\d{2,}|dozens|hundreds)\b(?! (?:days|minutes|hours|years|months|weeks|mins|gb|%|quid|pounds|dollars|euros))",
            r"\b(?:ein|um ein|bitte ein|um|kein|ihr|euer) angebot\b.{0,60}\b(?:für|über|stück|unsere|unser|firma|praxis|büro)\b|\b(?:für|unsere|unser)\b.{0,60}\b(?:um|bitten um) ein angebot\b|\bmengenrabatt\b|\bgroßbestellung\b|\bkostenvoranschlag\b|\bgeschäftskunden\w*|\bfirmenkunden\w*|\bhändlerpreis\w*|\bstaffelpreis\w*|\banbieter (?:zu )?wechseln\b|\bzu (?:euch|ihnen) wechseln\b",
        ),
        pattern(
            r"\b(?:false|fake) advertising\b",
            r"\bi was quoted\b|\bquoted me\b|\bquote of the day\b|\bfree trial\b.{0,40}\b(?:charged|cancel)",
        ),
    ),
    Rule(
        "partner",
        "Offers to work together: sponsoring, creators, donations, resellers",
        (Gives("intents", "partner_request", 0.85), _REPLY),
        words(
            "collab, collabs, collaborate, collaboration, partner with, partnership, sponsor, sponsoring, sponsorship, sponsors, brand ambassador, ambassador, affiliate, influencer, "
            "creator, media kit, raffle prize, donate a, donate some, guest post, co-brand*, reseller, distributor, work together, work with you, "
            "zusammenarbeit*, zusammenzuarbeiten, kooperation*, sponsern, sponsoring, partnerschaft, werbepartner*, tombola, vertriebspartner*"
        ),
        pattern(
            r"\bcollab(?:s|orat\w+)?\b|\bpartner (?:up )?with (?:you|your|us)\b|\bpartnership\b|\bsponsor(?:ship|ing|s)?\b.{0,60}\b(?:our|my|us|you|would|fair|team|event|club|festival|podcast|channel)\b|\b(?:would|could|will|can|do) you (?:\w+ )?sponsor\b",
            r"\b(?:brand )?ambassador\b|\baffiliate (?:programme|program|scheme|link|partner)|\bmedia kit\b|\bguest post\b|\braffle prize\b|\bdonate (?:a|some) (?:\w+ )?(?:prize|prizes|item|items|voucher|product|products|hamper)\b|\bbecome (?:a|your|an official) (?:\w+ )?(?:reseller|distributor|partner|dealer)\b",
            r"\b(?:love|like|want|interested|keen|happy) (?:to|in) (?:\w+ )?work(?:ing)? (?:together|with you)\b.{0,80}\b(?:giveaway|channel|followers|subs|subscribers|brand|campaign|video|videos|post|posts|page|audience|blog)\b|\b(?:followers|subs|subscribers|audience)\b.{0,100}\b(?:work together|work with you|send me|giveaway)\b",
            r"\b(?:mit (?:ihnen|euch) )?zusammen(?:zu)?arbeite\w*\b.{0,60}|\bkooperation\w*|\bsponser\w*|\bsponsor\w*|\bwerbepartner\w*|\bvertriebspartner\w*|\btombola\b",
        ),
        pattern(
            r"\b(?:stop|why (?:do|are) you) sponsor|\b(?:my|life|business) partner (?:and|is|was|has)\b|\bzusammenarbeit (?:mit (?:ihrem|eurem) (?:kundendienst|support))|\bkeine kooperation\b"
        ),
    ),
    Rule(
        "protest",
        "Calls others to act against you: boycott, petition, demonstration",
        (Gives("intents", "protest", 0.85), Gives("urgency", "high", 0.6)),
        words(
            "boycott*, petition, protest, protesting, protests, demonstration, picket, picketing, placards, march on, walkout, strike, rally, sit-in, boykott*, demonstrier*, protestier*, kundgebung, streik*, demo vor, petition*"
        ),
        pattern(
            r"\bboycott\w*|#boycott\w*|\bpetition\b.{0,60}\b(?:sign\w*|against|to stop|signatures)\b|\b(?:sign|signed|start\w*) (?:\w+ ){0,2}petition\b",
            r"\b(?:protest|protesting|protests|demonstration|rally|picket\w*|march|walkout|sit-in)\b.{0,60}\b(?:outside|at|against|in front|head office|headquarters|hq|your|saturday|sunday|monday|tuesday|wednesday|thursday|friday|tomorrow|noon)\b|\bplacards\b",
            r"\bboykott\w*|\b(?:demonstrier\w+|protestier\w+|kundgebung|demo)\b.{0,60}\b(?:vor|gegen|am|um|zentrale|filiale)\b",
        ),
        pattern(
            r"\b(?:lightning strike|strike (?:price|through)|baseball|bowling|i'm not (?:saying|calling for) (?:a )?boycott|must protest|protest at the (?:quality|price|state|taste))\b"
        ),
    ),
    Rule(
        "conduct",
        "Reports how one of your people behaved to others: harassment, discrimination, inside misconduct",
        (Gives("intents", "conduct", 0.85), Gives("urgency", "high", 0.75), _REPLY),
        words(
            "harass*, groped, groping, touched, touching, slur, racist, racism, sexist, sexism, homophobic, transphobic, discriminat*, inappropriate, "
            "whistleblow*, bully, bullied, bullying, drunk, ex employee, former employee, fake the time, for her number, my chest, wage theft, unpaid overtime, "
            "belästig*, rassis*, diskriminier*, sexist*, begrapsch*, mobbing, gemobbt, wegen seiner herkunft, wegen ihrer herkunft, vorgesetzten, betrunken"
        ),
        pattern(
            r"\b(?:driver|employee|staff|manager|engineer|agent|guard|security|colleague|worker|assistant|cashier|supervisor|boss|crew|waiter|barista|courier|technician|one of your|your (?:man|guy|lad|woman))\b.{0,100}\b(?:harass\w*|grop\w+|touch(?:ed|ing)|slur|racist|racism|sexist|homophobic|transphobic|discriminat\w*|inappropriate(?:ly)?|bull(?:y|ied|ying)|drunk|her number|my chest)\b",
            r"\b(?:harass\w*|grop\w+|touch(?:ed|ing)|slur|racist|racism|sexist|homophobic|discriminat\w*|inappropriate(?:ly)?|bull(?:y|ied|ying)|drunk)\b.{0,80}\b(?:by|from) (?:your|one of|a|the) (?:\w+ )?(?:driver|employee|staff|manager|engineer|agent|guard|security|colleague|worker|assistant|supervisor|boss|courier|technician|member)\b",
            r"\bi (?:work|worked) (?:for you|here|there|in your|at your)\b.{0,120}\b(?:harass\w*|touch\w*|bull\w+|fak\w+|illegal|unsafe|unpaid|racis\w+|report|cover\w* up)\b|\b(?:ex|former) employee\b.{0,100}\b(?:they|make|made|fake|told|manager|boss)\b|\bwhistleblow\w*|\bwage theft\b",
            r"\b(?:fahrer|mitarbeiter\w*|kollege\w*|chef\w*|filialleiter\w*|verkäufer\w*|techniker|zusteller|vorgesetzte\w*|security)\b.{0,100}\b(?:belästig\w*|rassis\w*|diskriminier\w*|sexist\w*|begrapsch\w*|gemobbt|mobbing|betrunken)\b|\b(?:belästig\w*|rassis\w*|diskriminier\w*|gemobbt)\b.{0,80}\b(?:von|durch) (?:ihrem|einem|eurem|ihren|der|dem)\b|\bwegen (?:seiner|ihrer|meiner) herkunft\b|\bvertraulich\b.{0,40}\bvorgesetzten\b",
        ),
        pattern(
            r"\btouch(?:ed|ing)? (?:screen|pad|base|story|gesture|by your|moment)\b|\bnice touch\b|\bgot in touch\b|\bin touch\b"
        ),
    ),
    Rule(
        "deadline",
        "Says that it is urgent or due today",
        (Gives("urgency", "high", 0.75),),
        words(
            "urgent, urgently, asap, emergency, immediately, right now, today, tonight, in an hour, within the hour, in the next hour, tomorrow, stranded, dringend, sofort, notfall, umgehend, noch heute, in einer stunde, eilt"
        ),
        pattern(
            r"\burgent(?:ly)?\b|\basap\b|\bemergency\b|\bwithin (?:the|an) hour\b|\bin (?:the next|an) hour\b|\bstranded\b|\bdringend\b|\bnotfall\b|\bnoch heute\b|\bin einer stunde\b|\beilt\b",
            r"\b(?:need|help|answer|fix|sort|reply|call|respond|leaves?|flight|party|wedding|funeral|exam|surgery|appointment)\b.{0,40}\b(?:right now|today|tonight|immediately|tomorrow)\b",
            r"\b(?:bitte|brauche|helfen|antwort\w*|melden)\b.{0,40}\b(?:sofort|umgehend|heute|morgen)\b",
        ),
        pattern(
            r"\bno rush\b|\bnot urgent\b|\bnothing urgent\b|\bwhen you get (?:a|the) (?:chance|moment)\b|\bnicht dringend\b|\beilt nicht\b|\bthank(?:s| you)\b.{0,30}\b(?:today|tonight|immediately)\b"
        ),
    ),
)
