"""What work a position is: research, engineering, or something else; and whom it is open to. Pure.

The title decides. A research word counts where it names the work, not where it names whom the work serves ("Research
Communications Intern") or another trade ("Market Research Intern").
"""

from __future__ import annotations

from typing import Literal

from finder.postings import position_patterns
from finder.postings.position_kinds import Kind
from finder.postings.position_patterns import PHD, word_pattern
from finder.postings.requirements import Degree

Category = Literal["research", "engineering", "other"]
Level = Literal["student", "graduate", "doctorate", "senior"]

CATEGORIES: tuple[Category, ...] = ("research", "engineering", "other")
LEVELS: tuple[Level, ...] = ("student", "graduate", "doctorate", "senior")
"""From the first that somebody can take to those for which one has led others."""

_FUNCTION = (
    r"(?:account(?:ing|s)?|admin\w*|business|brand|communications?|community|compliance|content|copy\w*|curriculum"
    r"|customer|design|editorial|e-?learning|events?|facilit\w+|financ\w+|fundraising|grants?|graphic|hr"
    r"|human resources|instructional|investor|learning (?:and|&) development|learning (?:experience|support)|legal"
    r"|logistics|marketing"
    r"|media|office|operations|partnerships?|people|planning|policy|press|procurement|product|program(?:me)?|project"
    r"|public relations|recruit\w*|sales|social media|sourcing|strategy|supply chain|support|talent|training|ux|ui"
    r"|user experience|video|workplace|writing|analysis|analyst|therap\w+|nurs\w+|teaching)"
)
_SERVICE = word_pattern(  # a function that the position itself has, before the word for the position
    rf"{_FUNCTION}(?:[ /&-]+{_FUNCTION})*[ -]+(?:engineer|developer|intern(?:ship)?|trainee|co-?op|working student"
    r"|werkstudent\w*|fellow|assistant|associate|specialist|coordinator|manager|officer|lead|partner)s?(?:hip)?",
    r"intern(?:ship)?s?(?:[ ,:(-]| in )+(?:the )?(?:ux|sales|marketing|communications?|legal|finance|operations"
    r"|recruit\w*|talent|people|events?|policy|content|design|product)",
)
_TRADE = word_pattern(  # trades beside research and engineering
    r"recruiters?",
    r"designers?",
    r"writers?",
    r"editors?",
    r"teachers?",
    r"tutors?",
    r"therapists?",
    r"nurses?",
    r"coach(?:es)?",
    r"counsels?",
    r"lawyers?",
    r"accountants?",
    r"coordinators?",
    r"representatives?",
    r"executives?",
    r"receptionists?",
    r"administrators?",
    r"(?:product|program(?:me)?|project|office|community|account|customer\w*"
    r"|partnerships?|marketing|sales) managers?",
    r"(?<!engineering )(?<!research )(?<!science )(?<!learning )managers?",
    r"assistant to",
    r"planners?",
    r"officers?",
    r"therapy",
    r"clinic\w*",
)
_SURE = word_pattern(  # positions in research, whatever they are on
    r"research (?:scientist |engineer |software engineer )?intern(?:ship)?s?",
    r"research(?: and \w+)? (?:internship|stage"
    r"|student|fellow|assistant|trainee|placement|stay)s?",
    r"(?:student|visiting|doctoral|intern) researchers?",
    r"(?:applied|research|associate)? ?scientist[ ,(-]+(?:\w+ )?intern(?:ship)?s?",
    r"\w*(?:abschluss|bachelor|master|diplom)-?arbeit(?:en)?",
    r"thes[ie]s",
    r"stage (?:de )?recherche",
    r"(?:\w+ )?hilfskraft\w*",
    r"hilfskr[aä]fte",
    r"hiwis?",
    r"[sw]hk",
    r"exjobb",
    r"afstudeerstage",
    r"stagiaire (?:de |en )?recherche",
    r"forschungs\w+",
    r"applied science",
    r"r ?& ?d",
)
_BUILDER = word_pattern(
    r"(?<!research )(?<!research software )(?:engineers?|engineering)",
    r"developers?",
    r"programmers?",
    r"architects?",
    r"software",
    r"devops",
    r"ml-?ops",
    r"sre",
    r"administrators?",
    r"(?:full|back|front)[ -]?(?:stack|end)",
    r"data (?:scientist|science|analyst|analytics)s?",
    r"technical staff",
)
_RESEARCH = word_pattern(
    r"research(?:ers?)?",
    r"scientists?",
    rf"{PHD}s?",
    r"recherche",
    r"forschung",
    r"wissenschaftlich\w*",
    r"scientific",
    r"academic",
    r"residen(?:cy|ts?)",
)
_TECHNICAL = word_pattern(
    r"(?:machine|deep|statistical) learning",
    r"ml",
    r"ai",
    r"artificial intelligence",
    r"nlp",
    r"computer vision",
    r"natural language processing",
    r"robotics",
    r"algorithms?",
    r"quant\w*",
    r"simulation",
)
_DATA = word_pattern(r"data scientists?")
_AIDE = word_pattern(r"assistants? to", r"(?:executive|personal|administrative) assistants?", r"secretar\w+")
_SENIOR = word_pattern(
    r"senior",
    r"sr\.?",
    r"staff(?= (?:research|scien|engineer|software|machine|applied|ai|ml))",
    r"principal",
    r"distinguished",
    r"lead(?:er)?",
    r"director",
    r"head",
    r"manager",
    r"vp",
    r"vice president",
    r"chief",
    r"chair",
    r"professor\w*",
    r"lecturer",
    r"tenure\w*",
    r"group leader",
)
_FRAME = word_pattern(
    r"research(?:ers?)?",
    r"scientists?",
    r"intern(?:ship)?s?",
    rf"{PHD}s?",
    r"post-?doc\w*",
    r"students?",
    r"doctoral",
    r"position\w*",
    r"candidates?",
    r"(?:master|bachelor)(?:.s)?",
    r"\w*arbeit",
    r"thes[ie]s",
    r"engineers?",
    r"assistants?",
    r"fellow(?:ship)?s?",
    r"associates?",
    r"applied",
    r"visiting",
    r"hilfskraft",
    r"wissenschaftliche?",
    r"\([mfwdx/ ]+\)",
    r"20\d\d",
    r"(?:summer|winter|spring|fall|autumn)",
    r"senior",
    r"staff",
    r"principal",
    r"director",
    r"professor",
    r"program(?:me)?s?",
    r"opportunit\w+",
    r"openings?",
    r"groups?",
    r"teams?",
    r"labs?",
    r"our",
    r"on",
    r"in",
    r"of",
    r"for",
    r"the",
    r"a",
    r"an",
    r"at",
    r"and",
)


def categorize_position(title: str, kind: Kind) -> Category:
    """What work a position is.

    Args:
        kind: as :func:`finder.postings.position_kinds.classify_position` gives it.

    >>> categorize_position("Research Intern, Multimodal Learning", "internship")
    'research'
    >>> categorize_position("Software Engineer Intern, Multimodal Learning", "internship")
    'engineering'
    >>> categorize_position("E-Learning Content Intern", "internship")
    'other'
    >>> categorize_position("UX Research Intern", "internship")
    'other'
    """
    if kind in ("phd", "postdoc"):
        return "research"
    if position_patterns.PROGRAM_STAFF.search(title) or (
        position_patterns.NO_RESEARCH.search(title) and not _DATA.search(title)
    ):
        return "other"
    if kind == "research":
        return "other" if _AIDE.search(title) else "research"
    if kind == "internship" and _SURE.search(title):
        return "research"
    if _SERVICE.search(title) or _TRADE.search(title):
        return "other"
    if _BUILDER.search(title):
        return "engineering"
    if kind == "internship" and _RESEARCH.search(title):
        return "research"
    return "engineering" if _TECHNICAL.search(title) else "other"


def title_topic(title: str) -> str:
    """A title without the words that only say what kind of position it is.

    >>> title_topic("PhD Research Intern (m/f/d), Vision-Language Models, Summer 2027")
    'Vision-Language Models'
    >>> title_topic("Research Internships")
    ''
    """
    return " ".join(_FRAME.sub(" ", title).split()).strip(" ,;:-–()/|&")  # noqa: RUF001


def position_level(title: str, kind: Kind, degree: Degree | None) -> Level:
    """Whom a position is open to.

    Args:
        degree: the least that it asks for.

    >>> position_level("Research Scientist", "research", "phd")
    'doctorate'
    >>> position_level("Senior Research Engineer", "research", None)
    'senior'
    """
    if kind in ("internship", "phd"):
        return "student"
    if _SENIOR.search(title):
        return "senior"
    return "doctorate" if kind == "postdoc" or degree == "phd" else "graduate"
