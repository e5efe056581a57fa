"""Patterns of the words that tell positions apart; :mod:`finder.postings.position_kinds` says how they count."""

# ruff: noqa: RUF001 - texts are typed with curly quotes and long dashes

from __future__ import annotations

import re


def word_pattern(*patterns: str) -> re.Pattern[str]:
    """Whole words that fit one of the patterns, in any case."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)", re.I)


PHD = r"(?:ph\.?\s?-?d\.?|dphil|doctora(?:l|te)|doctorand)"
POSTDOC = (
    r"post[- ]?doc(?:s|toral(?:e|es)?|torand\w*|torate)?"
    r"(?: (?:research(?:er)?|fellow(?:ship)?|associate|scholar|scientist|position|appointee)s?)*"
)
_PHD_NOUN = (
    r"(?:position|student|studentship|candidate|researcher|fellow|fellowship|project|scholar|scholarship|opportunity"
    r"|opportunitie|vacancy|vacancie|place|call|opening|trainee|employee|grant|stipend|job|offer|program|programme"
    r"|research (?:associate|assistant|fellow|position|project)|thesi|these)s?"
)
_ADJECTIVE = (
    r"(?:(?:fully[ -])?funded|new|open|full[- ]time|part[- ]time|industrial|joint|international|collaborative|paid"
    r"|several|multiple|(?:\d{1,2}|one|two|three|four|five|six)(?:\.5)?"
    r"|(?:\d(?:\.5)?|one|two|three|four|five)[- ]years?"
    r"|an?|competition[- ]funded|self[- ]funded|industry|exciting|fixed[- ]term|50 ?%|100 ?%)"
)
_GENDERS = r"\((?:m|f|w|d|x|all)\b"
_BEGINS = r"(?:(?<=^)|(?<=[-–:|,(/])|(?<=[-–:|,(/] ))"

# --- titles ---------------------------------------------------------------------------------------------------------

INTERNSHIP = word_pattern(
    r"interns?",
    r"internships?",
    r"student researchers?",
    r"co-?ops?",
    r"working students?",
    r"werkstudent\w*",
    r"student (?:assistant|aide|worker|trainee|employee)s?",
    r"(?:summer|visiting) (?:research )?students?",
    r"summer (?:research )?(?:fellow|associate|analyst)s?",
    r"placement (?:student|year)s?",
    r"(?:student\w* |wissenschaftliche )?hilfskr[aä]fte?",
    r"studentische[rn]? mitarbeiter\w*",
    r"hiwis?",
    r"[sw]hk",
    r"(?:pflicht)?praktik(?:um|a|ant\w*)",
    r"stagiaires?",
    r"offres? de stage",
    r"sujets? de stage",
    r"stage(?: h/f| f/h| pfe| ingénieur\w*)",
    rf"{_BEGINS}stage(?= (?!manager|director|hand|technician|design|lighting|actor|crew)\w)",
    r"stage(?= de | en | m[12]\b| recherche|\s?[-–:])",
    r"pr[aá]cticas",
    r"becari[oa]s?",
    r"tirocinio",
    r"stageplaats?",
    r"afstudeerstage",
    r"exjobb",
    # a thesis that is no doctoral one
    r"(?:abschluss|bachelor|master)-?arbeit(?:en)?",
    r"(?:student )?thes[ie]s(?: (?:student|worker|project)s?)?",
    r"(?:master|bachelor|msc|bsc|diploma)['’]?s?[ -](?:thesis|theses|project)",
)
PHD_POST = word_pattern(
    rf"{PHD}[ -]+(?:(?:research|level|track)[ -]+)?{_PHD_NOUN}",
    rf"{PHD}(?=\s*(?:{_GENDERS}|(?:/|or\b|and\b|&) ?post-?doc))",
    rf"{_BEGINS}(?:{_ADJECTIVE} )*{PHD}s?(?= (?:in|on|at|for|with|within)\b|\s*[:–-] )",
    r"doktorand\w*",
    r"promovend\w*",
    r"promotions(?:stelle|student|projekt)\w*",
    r"doctorant\w*",
    r"dottorand\w*",
    r"doctorand[oa]s?",
    r"contrats? doctora(?:l|ux)",
    r"(?:offres? de|bourses? de|contrats? de|projet de|sujet de|financement de) (?:thèse|doctorat)",
    r"allocations? (?:de recherche )?doctorales?",
    r"bourses? doctorales?",
    r"thèse cifre",
    r"doctorat(?= (?:en|sur|de|dans|:))",
    r"th[èe]se(?= (?:en|sur|cifre|financée))",
    r"contratos? predoctoral(?:es)?",
    r"beca de doctorado",
    r"tesis doctoral",
    r"borsa di dottorato",
    r"dottorato(?= (?:in|di))",
    r"promotieplaats",
    r"aio",
    r"th[èe]se(?= de doctorat|\s?[-–:])",
    r"phd-?(?:stipendiat|stilling|tj[äa]nst|plats)\w*",
    r"early[ -]stage researchers?",
    r"graduate research assistants?(?:hips?)?",
)
POSTDOC_POST = word_pattern(POSTDOC)
RESEARCH = word_pattern(
    r"(?:(?:research|applied|machine learning) )?scientists?",
    r"research (?:(?:software|machine learning|ml) )?(?:engineer|fellow|fellowship|associate|assistant|lead|manager"
    r"|director|resident|professor|specialist|technician|position)s?",
    r"research (?:residency|staff)",
    r"researchers?",
    r"(?:member|members) of (?:the )?technical staff[-–,( ]+(?:research\w*|alignment|(?:pre|post)-?training|rl)",
    r"(?:ai|science) residen(?:ts?|cy)",
    r"residency program\w*",
    r"(?:ai|safety|science|anthropic) fellows?(?: program)?",
    r"(?:wissenschaftlich|akademisch)[\w*:/_()-]* ?mitarbeit[\w*:/_()-]*",
    r"projektmitarbeiter\w*",
    r"university assistant",
    r"universit[aä]tsassistent\w*",
    r"scientific (?:staff|employee|assistant|collaborator)s?",
    r"chercheu(?:r|se)s?",
    r"ing[ée]nieure? de recherche",
    r"onderzoeker",
    r"professor(?:ship)?",
    r"lecturer",
    r"(?:head|director|vp|vice president) of research",
)

# --- what only looks like it ----------------------------------------------------------------------------------------

_CARED_FOR = r"(?:interns?(?:hips?)?|post-?docs?(?:toral)?|phds?|doctoral|research(?:er)?)"
_MANY = (
    r"(?:interns|internships|post-?doc(?:s|toral (?:affairs|services|programs?))|phds"
    r"|phd (?:students|hiring|program\w*|recruiting)|university"
    r"|research(?:ers)?\b(?! (?:intern|scientist|engineer|fellow)))"
)
_FUNCTION = (
    r"(?:program(?:me)?s?|experience|operations|hiring|relations|recruit\w*|affairs|office|career\w*|development"
    r"|engagement|talent|education|training|outreach|admissions?|community|partnerships?|services|&|and)"
)
_CARER = (
    r"(?:manager|coordinator|recruiter|mentor|advis[eo]r|supervisor|administrator|lead|director|officer|specialist"
    r"|liaison|partner|associate|assistant|generalist|sourcer|counsell?or|coach)s?"
)
PROGRAM_STAFF = word_pattern(
    # somebody who looks after interns, PhD students, postdocs or research
    rf"{_CARED_FOR}(?: (?:student|fellow|scholar|researcher)s?)?(?: {_FUNCTION}){{1,3}} {_CARER}",
    r"(?:interns?(?:hips?)?|post-?docs?(?:toral)?|phds?) (?:mentor|advis[eo]r|coordinator|recruiter|supervisor)s?",
    r"(?:recruit(?:er|ing|ment)|sourcer|talent|mentor|coordinator|advis[eo]r|manager|program(?:me)? (?:lead|officer))\b"
    rf"[^.;]{{0,40}}?(?:\b(?:for|of|to)\b|[-–,(:|]) ?(?:[\w&/ ]{{0,30}}\b)?{_MANY}",
)
NO_RESEARCH = word_pattern(
    r"(?:user|ux|market(?:ing)?|design|consumer|customer|product|equity|investment|credit|sales|legal|donor|prospect"
    r"|people|clinical|patent|media|data|decision)[ /&-]+(?:experience |insights? )?(?:research|scientist)\w*",
    r"research (?:coordinator|administrator|accountant|grants?|operations|program(?:me)?|communications|partnerships?"
    r"|compliance|nurse|data manager|facilit\w+|development officer|recruit\w+)s?",
)
DEGREE_REQUIREMENT = word_pattern(  # a degree that is asked for, not offered
    rf"{PHD}s?(?: degree)? (?:is )?(?:required|preferred|desired|a plus|holders?|graduates?|new grads?|only)",
    rf"(?:without|with|no|ohne|mit) (?:an? )?(?:{PHD}|promotion)",
)
DOCTORAL_THESIS = word_pattern(rf"{PHD}[ -]+thes[ie]s", rf"thes[ie]s .{{0,20}}\b{PHD}")

# --- levels and texts -----------------------------------------------------------------------------------------------

INTERNSHIP_LEVEL = word_pattern(
    r"interns?(?:hips?)?",
    r"(?<!first )(?<!early )stage(?= ?(?:$|[,;(/]|de\b|m[12]\b))",
    r"stagiaires?",
    r"pr[aá]cticas",
    r"tirocinio",
    r"working[ _]student",
    r"student\w*",
    r"trainee",
    r"praktik\w+",
)
PHD_LEVEL = word_pattern(
    r"first stage researcher(?: \(r1\))?",
    r"r1",
    r"phd(?: student)?",
    r"doctoral\w*",
    r"doktorand\w*",
    r"contrat doctoral",
    r"doctorante?",
    r"thèse",
    r"doctorat",
    r"promotion",
    r"predoctoral",
)
POSTDOC_LEVEL = word_pattern(r"recognised researcher(?: \(r2\))?", r"r2", r"post-?doc\w*")
AMBIGUOUS_TITLE = word_pattern(  # titles that leave it to the text
    r"university assistant",
    r"universit[aä]tsassistent\w*",
    r"assistent\w*",
    r"[\w*:/_()-]*mitarbeit[\w*:/_()-]*",
    r"(?:scientific|project|research) (?:staff|associate|assistant|employee|collaborator|fellow|position)s?",
    r"researchers?",
    r"positions?",
    r"openings?",
    r"vacanc(?:y|ies)",
    r"students?",
    r"fellows?(?:hips?)?",
    r"scholarships?",
    r"stipend\w*",
    r"join (?:us|our|the)",
    r"call for",
    r"opportunit(?:y|ies)",
    r"bolsas?",
)
SENIOR = word_pattern(
    r"senior", r"staff", r"principal", r"lead", r"director", r"head", r"manager", r"professor\w*", r"i{2,3}"
)
PHD_TEXT = word_pattern(  # what is offered: that somebody supervises doctoral students says nothing
    rf"{PHD}[ -]+(?:position|studentship|student position|scholarship)s?",
    r"(?:do|pursue|obtain|write|writing|complete|start|towards|prepare|preparing|work on) "
    rf"(?:(?:an?|your|their|his|her|own) )*{PHD}(?: (?:degree|thesis|dissertation))?",
    rf"(?:opportunity|possibility|chance) (?:to|of|for) (?:(?:an?|obtain\w*|pursu\w+|do\w*) )*{PHD}",
    r"zur (?:eigenen )?promotion",
    r"dien(?:t|en) (?:auch |ausdrücklich )?der (?:eigenen )?(?:wissenschaftlichen )?"
    r"(?:promotion|qualifi\w+|weiterqualifi\w+)",
    r"promotion (?:ist |wird )?(?:möglich|erwünscht|angestrebt|vorgesehen|beabsichtigt)",
    r"promotionsmöglichkeit\w*",
    r"(?:anfertigung|erstellung) (?:einer|der) (?:dissertation|doktorarbeit)",
    r"(?:préparer|préparation d['’]|réaliser|rédiger|poursuivre) ?(?:une|votre|sa|son|un) (?:thèse|doctorat)",
    r"realizar (?:una |la |su )?tesis doctoral",
    r"(?:zum|ziel|zwecke?|gelegenheit) (?:der|zur|einer) (?:eigenen )?(?:wissenschaftlichen )?"
    r"(?:promotion|weiterqualifi\w+)",
)
POSTDOC_TEXT = word_pattern(
    r"post-?doc(?:toral)? (?:position|researcher|research fellow|fellow|scholar|stay)s?",
    r"as an? post-?doc\w*",
    r"abgeschlossene promotion",
    r"promovierte?[rn]?",
)
INTERNSHIP_TEXT = word_pattern(
    r"(?:this|our|the|research|month) internships?",
    r"praktikum",
    r"currently enrolled (?:in|at)",
)
CONTRACT_LABEL = re.compile(  # a text's own word for the level
    r"(?:type de contrat|nature du contrat|contract type|type of contract|vertragsart|beschäftigungsart|anstellungsart"
    r"|employment type|tipo de contrato|tipo di contratto|job type)[ \t]*:[ \t]*([^\n.;]{2,40})",
    re.I,
)
