"""The words by which people say that they recruit, do not, under which conditions, or begin somewhere."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

_GAP = r"(?:\s+(?!(?:not|never|no|used|had|held|if|may|might)\b)[\w'’/&-]+)"
_SUBJECT = r"\b(?:I|we|(?:my|our|the)\s+(?:(?:\w|-)+\s+){0,3}?(?:group|lab|team|laboratory|chair))(?![\w-])"
_BE = r"(?:\s+(?:am|are|is|will\s+be|have\s+been)|['’](?:m|re|ll\s+be|ve\s+been))\b"
_ING = (
    r"(?:recruiting|hiring|looking\s+for|seeking|searching\s+for|accepting|taking|admitting|welcoming"
    r"|open\s+to(?!\s+(?:writing|discuss|collab|co-?advis|chat|meet|talk|question|new\s+idea))"
    r"|in\s+search\s+of|considering)\b"
)
_DO = r"(?:recruit|hire|admit|accept|take|host|supervise|advise|mentor)\b"
PEOPLE = re.compile(
    r"\b(?:students?|candidates?|applicants?|researchers?|members?|mentees?|advisees?|people|someone|individuals"
    r"|applications?|positions?|openings?|ph\.?d|post-?doc\w*|post-doc\w*|doctoral|undergrad\w*|masters?|interns?"
    r"|internships?|visitors?|scholars?|fellows?|assistants?|engineers?|scientists?)\b",
    re.I,
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


RECRUITING = _any(
    rf"{_SUBJECT}{_GAP}{{0,2}}?{_BE}{_GAP}{{0,4}}?\s+{_ING}",
    rf"{_SUBJECT}{_GAP}{{0,3}}?\s+(?:plan|hope|expect|intend|aim|want|anticipate|wish)s?\s+(?:to|on){_GAP}{{0,2}}?\s+"
    rf"(?:{_DO}|{_ING})",
    rf"{_SUBJECT}(?:\s+(?:will|shall|can|(?:am|are|is)\s+able\s+to|would\s+like\s+to)|['’](?:ll|d\s+like\s+to)){_GAP}{{0,3}}?"
    rf"\s+{_DO}",
    rf"{_SUBJECT}{_GAP}{{0,4}}?\s+(?:recruit|hire)s?\b",
    rf"{_SUBJECT}{_GAP}{{0,2}}?(?:\s+(?:have|has)|['’]ve)\b{_GAP}{{0,6}}?\s+(?:openings?|vacanc\w+)\b",
    rf"{_SUBJECT}{_GAP}{{0,2}}?(?:\s+(?:have|has)|['’]ve)\b{_GAP}{{0,4}}?\s+(?:open|available|funded|fully-funded|several|multiple"
    rf"|one|two|three|\d+|a|an){_GAP}{{0,5}}?\s+(?:positions?|studentships?)(?:\s+(?:open|available|for|in|to)\b|\s*[.!,;]|$)",
    rf"{_SUBJECT}{_GAP}{{0,2}}?\s+(?:offers?|welcomes?|invites?){_GAP}{{0,5}}?\s+(?:internships?|applications?|positions?"
    r"|applicants|students|interns|visitors)\b",
    rf"\bthere\s+(?:is|are){_GAP}{{0,6}}?\s+(?:openings?|vacanc\w+|positions?)\b",
    rf"^\W*(?:(?:currently|actively|always|also|now)\s+)*{_ING}",
    rf"\b(?:open|available|fully[- ]funded|multiple|several|new)\b{_GAP}{{0,4}}?\s+(?:ph\.?d\.?|doctoral|post-?doc\w*"
    rf"|student|internship|undergraduate){_GAP}{{0,3}}?\s+(?:positions?|openings?|studentships?)\b",
    r"\b(?:ph\.?d\.?|doctoral|post-?doc\w*|student|internship)(?:\s+[\w-]+){0,3}?\s+(?:positions?|openings?|studentships?)"
    r"(?:\s+(?:is|are))?(?:\s+(?:now|currently|still))?\s+(?:open|available)\b",
    r"\bapplications?\b[^.]{0,60}\b(?:is|are)\s+(?:now\s+)?(?:invited|welcome)\b",
)
NEEDS_NOBODY = re.compile(r"\b(?:recruiting|hiring)\s*(?:$|[.!,;:(/]|through|in\b|for\b|at\b|this\b|on\b)", re.I)
_NOT = r"(?:\s*n['’]t|\s+not|\s+no\s+longer|\s+never)\b(?!\s+(?:only|just|limited|hesitate))"
NOT_RECRUITING = _any(
    rf"(?:\b(?:am|are|is|was|be)|['’](?:m|re|s)){_GAP}{{0,2}}?{_NOT}{_GAP}{{0,4}}?\s+(?:be\s+)?(?:{_ING}|able\s+to\s+{_DO}"
    rf"|in\s+a\s+position\s+to\s+{_DO})",
    rf"\b(?:(?:will|do|does|can|could|won|don|ca|wo|have){_NOT}|cannot|can['’]t|won['’]t|don['’]t|doesn['’]t|unable\s+to)"
    rf"{_GAP}{{0,3}}?\s+(?:be\s+{_GAP}{{0,2}}?\s*)?(?:{_DO}|{_ING}|offer\b)",
    rf"\b(?:will|am|are|is){_NOT}\s+be\s+(?:able\s+to\s+{_DO}|{_ING})",
    rf"\b(?:(?:do|does){_NOT}|don['’]t|doesn['’]t|have\s+no){_GAP}{{0,2}}?(?:\s+have\b)?{_GAP}{{0,4}}?\s+(?:positions?|openings?"
    r"|capacity|funding|spaces?|slots?|room|vacanc\w+|availability)\b",
    rf"(?:^|\band)\W*(?:(?:unfortunately|currently|sorry|please\s+note)\W+)*(?:not|no\s+longer)\b{_GAP}{{0,3}}?\s+{_ING}",
    rf"\b(?:am|are|is|['’](?:m|re)){_GAP}{{0,2}}?{_NOT}{_GAP}{{0,2}}?\s+(?:planning|expecting|going|intending)\s+(?:to|on)\s+(?:{_DO}|{_ING})",
    rf"\b(?:group|lab|team|laboratory)\s+is{_GAP}{{0,3}}?\s+(?:full|closed)\b",
    rf"{_SUBJECT}{_BE}{_GAP}{{0,3}}?\s*(?:\([^)]{{0,30}}\)\s*)?\s+at\s+(?:\w+\s+)?capacity\b",
    rf"\bno\s+(?:(?:new|open|available|current|vacant|funded){_GAP}{{0,3}}?\s+|(?:ph\.?d\.?|post-?doc\w*|student|internship)\s+)"
    r"(?:positions?|openings?|vacanc\w+|slots?)\b",
    r"^\W*no\s+(?:(?:new|external|more|further)\s+)*(?:ph\.?d|masters?|interns?|post-?docs?|undergrad\w*|visitors?|students)\b",
)
FULL = re.compile(r"\b(?:full|closed|at\s+(?:\w+\s+)?capacity|no\s+(?:positions?|openings?))\b", re.I)
ONLY_SOME = re.compile(
    r"\bstudents?\s+(?:whose|who|without|that)\b|\bdirectly\b|\bindividually\b|\boutside\s+(?:of\s+)?the\b|\bonly\s+if\b"
    r"|\bunless\b",
    re.I,
)
SEEKER = re.compile(
    r"(?:looking\s+for|seeking|searching\s+for|open\s+to)\s+(?:(?!students?\b|candidates?|applicants?|researchers?\b|people"
    r"|someone|individuals|interns?\b|for\b|to\b)[\w-]+[\s/]+){0,8}(?:positions?|jobs?|roles?|opportunit\w+|internships?)\b"
    r"|\bjob\s+market\b",
    re.I,
)
OTHERS = re.compile(
    r"\b(?:recruit|hir|look|seek|search|accept|tak|admit|welcom|offer|open|need)\w*(?:\s+\w+){0,5}?\s+(?:participants?|volunteers"
    r"|annotators?|reviewers?|speakers?|teaching\s+assistants?|TAs|papers?|submissions?|faculty|lecturers?|professors?)\b",
    re.I,
)
CONDITIONAL = re.compile(r"\b(?:if|when|whenever|whether|until|once|unless)\s*$", re.I)
QUESTION = re.compile(
    r"[?]\W*$|^\W*(?:are|do|does|will|would|can|could|is|what|how|when|who|have|should|why|where)\s+(?:you|the|they|your|there|I|it)\b",
    re.I,
)

HEDGED = _any(
    rf"{_SUBJECT}{_GAP}{{0,2}}?\s+(?:may|might|could|would|occasionally)\b(?:\s+(?!not\b)[\w'’-]+){{0,4}}?\s+(?:{_DO}|hosting|recruiting"
    r"|have\s+(?:\w+\s+){0,2}(?:funding|openings?|positions?)|supervising|taking|collaborating)",
    r"\blimited\s+(?:availability|capacity|openings|number\s+of\s+(?:positions|openings|students))\b",
    r"\bcase[- ]by[- ]case\b",
    r"\b(?:recruit|hire|accept|take|admit)\b[^.]{0,60}\bonly\s+if\b",
    r"\b(?:very\s+)?sparingly\b",
    r"\bonly\s+(?:\w+\s+)?(?:accept|take|agree|hire|recruit|work\s+with)\b",
    r"\b(?:do(?:es)?\s+not|don['’]t)\b(?:\s+\w+){0,2}?\s+work\s+with\s+students\b",
    r"\bbenefit\s+from\s+(?:collaborat\w+\s+with\s+)?(?:interns|visiting|students)",
)
HOW = _any(
    r"\b(?:please|must|should|you\s+can|can|encouraged?\s+to|recommend|need\s+to|have\s+to)\s+(?:\w+\s+){0,3}?apply(?:ing)?\s+"
    r"(?:through|to|via|by|at|for|using|here|directly|online)\b",
    r"\b(?:mention|include|list|name|put|indicate|specify)\b[^.]{0,25}\bmy\s+name\b|\bmention(?:ing)?\s+me\b",
    r"\b(?:fill(?:ing)?|complete)\b[^.]{0,25}\bform\b",
    r"\bapplication\s+deadline\b",
    r"\bask\b[^.]{0,40}\bstudents?\s+to\s+have\b",
    r"\blook\s+for\s+in\s+(?:a\s+)?(?:candidate|student)s?\b",
)
HOW_IN_CONTEXT = _any(
    r"\bif\s+you\b[^.]{0,60}?\b(?:interested|good\s+fit|like\s+to|wish\s+to|want\s+to|looking\s+to)\b[^.]{0,120}?"
    r"\b(?:send|e-?mail|contact|write|reach\s+out|apply|get\s+in\s+touch)\b",
    r"\b(?:e-?mail|contact|write\s+to|reach\s+out\s+to)\s+me\b[^.]{0,120}?\b(?:if\s+you|CV|resume|earlier|transcripts?)\b",
    r"\bsend\s+me\s+(?:an?|your)\s+(?:[\w-]+\s+){0,2}(?:e-?mail|note|CV)\b",
    r"\breach\s+out\s+if\s+you\s+(?:do\s+)?(?:meet|satisfy)\b",
    r"\byou\s+may\s+(?:e-?mail|contact|write)\b",
    r"\b(?:include|attach|send)\b[^.]{0,40}\b(?:CV|resume|transcripts?)\b",
    r"\byou\s+must\b|\bmust\s+have\b|\bshould\s+have\b",
    r"\bopen\s+to\s+writing\b",
)
POINTER = re.compile(
    r"\bif\s+you\b[^.]{0,80}?\b(?:interested|want|like\s+to|wish)\b[^.]{0,120}?\bplease\s+(?:see|visit|check)\b", re.I
)
NOT_HOW = re.compile(
    r"fee\s+waiver|do\s+not\s+need\s+to|other\s+reason|\bagain\b|\bletters?\b|\breviewer|\bworkshop\b|\bpapers?\s+deadline"
    r"|\bquestions?\s+about\b|\bnot\s+heard\s+back\b",
    re.I,
)
PROSPECTIVE = re.compile(
    r"\b(?:prospective|join(?:ing)?|openings?|opportunit\w+|students?|positions?|recruit\w*|vacanc\w+|work(?:ing)?\s+with"
    r"|interested|undergrad\w*|postdoc\w*|interns?)\b",
    re.I,
)
ELSEWHERE = re.compile(
    r"faculty\s+(?:openings?|positions?|search|recruit\w*|hiring|at\b)|in\s+memoriam|obituar|\balumni\b|\bformer\b"
    r"|(?:recommendation|reference)\s+letters?|letters?\s+of\s+recommendation|^publications\b|^teaching\b|prospective\s+faculty",
    re.I,
)
"""Headings of what is not about joining this person's group."""

CLAUSES = re.compile(
    r"\s*;\s*|,?\s+(?:but|however|while|whereas|although|though)\s+|,\s+(?=no\b)|,?\s+and\s+(?=(?:I|we|my|our)\b)|\s*\((?=no\b)",
    re.I,
)
