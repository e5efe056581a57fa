"""The words by which people say under which conditions one joins them; :mod:`grammar` reads whether they recruit."""

# ruff: noqa: RUF001 - pages are typed with curly quotes and long dashes

from __future__ import annotations

import re

_GAP = r"(?:\s+(?!(?:not|never|no|used|had|held|if|may|might)\b)[\w'’/&-]+)"
_SUBJECT = r"\b(?:I|we|(?:my|our|the)\s+(?:(?:\w|-)+\s+){0,3}?(?:group|lab|team|laboratory|chair))(?![\w-])"
_DO = r"(?:recruit|hire|admit|accept|take|host|supervise|advise|mentor)\b"


def _compile_alternatives(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


OTHERS = re.compile(
    r"\b(?:recruit|hir|look|seek|search|accept|tak|admit|welcom|offer|open|need)\w*(?:\s+\w+){0,5}?\s+(?:participants?|volunteers"
    r"|annotators?|reviewers?|speakers?|teaching\s+assistants?|TAs|papers?|submissions?|faculty|lecturers?|professors?)\b",
    re.I,
)
QUESTION = re.compile(
    r"[?]\W*$|^\W*(?:are|do|does|will|would|can|could|is|what|how|when|who|have|should|why|where)\s+(?:you|the|they|your|there|I|it)\b",
    re.I,
)

HEDGED = _compile_alternatives(
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
HOW = _compile_alternatives(
    r"\b(?:please|must|should|you\s+can|can|encouraged?\s+to|recommend|need\s+to|have\s+to)\s+(?:\w+\s+){0,3}?apply(?:ing)?\s+"
    r"(?:through|to|via|by|at|for|using|here|directly|online)\b",
    r"\b(?:mention|include|list|name|put|indicate|specify)\b[^.]{0,25}\bmy\s+name\b|\bmention(?:ing)?\s+me\b",
    r"\b(?:fill(?:ing)?|complete)\b[^.]{0,25}\bform\b",
    r"\bapplication\s+deadline\b",
    r"\bask\b[^.]{0,40}\bstudents?\s+to\s+have\b",
    r"\blook\s+for\s+in\s+(?:a\s+)?(?:candidate|student)s?\b",
)
HOW_IN_CONTEXT = _compile_alternatives(
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
