"""The contract of answers: the typed rows that the library returns and ``--format json`` prints.

Days are ISO dates, ``YYYY`` or ``YYYY-MM`` where no more is known. None and empty lists mean unknown, never "no".
Fields are only ever added.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Evidence(TypedDict):
    """A claim with the source that makes it, its page, and the day it is of."""

    claim: str
    source: str
    url: str | None
    date: str | None


class Located(TypedDict):
    """What may lie near the place that was asked for: ``km`` from there, None where its own place is not known."""

    km: NotRequired[int | None]


class AffiliationPlace(Located):
    """Where somebody is or was.

    ``old``: the newest place that is known, which nothing has shown for long. ``role`` is what a source states;
    ``until`` is the last month in which something showed it.
    """

    institution: str
    institution_id: str
    unit: str | None
    country: str | None
    until: str
    old: bool
    role: str | None
    source: str
    kind: str | None


class Affiliation(AffiliationPlace):
    """An affiliation on a row of people."""

    since: str | None


class AffiliationRecord(AffiliationPlace):
    """An affiliation with how many records show it, and a page of one of them. ``stated``: a source says it itself."""

    since: str
    count: int
    current: bool
    stated: bool
    url: str | None


Move = TypedDict(
    "Move",
    {
        "from": str | None,
        "to": str,
        "first_seen": str,
        "after": str | None,
        "evidence": str | None,
        "source": NotRequired[str],
    },
)
Move.__doc__ = "A change of institution: seen there first in ``first_seen``, at the former place last in ``after``."


class NewFaculty(TypedDict):
    """A first faculty position, since when, and the page that shows it."""

    institution: str
    since: str
    after: str | None
    evidence: str | None
    source: NotRequired[str]


class RecruitingStatement(TypedDict):
    """What somebody says about taking people on, quoted. ``date`` is the page's own, ``seen`` the day it was read."""

    polarity: str
    quote: str
    url: str
    date: str | None
    age: str
    source: str
    seen: str


class Statement(RecruitingStatement):
    """Anything somebody's own page says, with whom it is for."""

    audience: list[str] | None
    institution: str | None
    role: str | None


class StageSource(TypedDict):
    """What states somebody's stage. ``date``: until when it shows a post."""

    url: str | None
    source: str
    date: str | None


class Links(TypedDict):
    """Pages about somebody, by register."""

    homepage: str | None
    orcid: str | None
    openalex: str | None
    dblp: str | None
    scholar: str | None
    openreview: str | None


class LabLinks(Links):
    """Pages of a lab's head, of the group, and of its open positions."""

    group_page: str | None
    openings_page: str | None


class WorkRef(TypedDict):
    """A work in an answer. ``match`` is 0 to 1; ``adds`` is its part of the evidence."""

    work_id: str
    title: str
    date: str
    venue: str | None
    url: str | None
    position: str
    match: float
    adds: float
    near_in_meaning: bool


class WorkDetail(WorkRef):
    """A work on somebody's card."""

    year: int
    n_authors: int
    source: str


class PrintedWork(TypedDict):
    """A work, where it was printed, and where to read it."""

    work_id: str
    title: str
    date: str
    venue: str | None
    url: str | None


class CitedWork(PrintedWork):
    """A work that shows something about people."""

    source: str


class ProofWork(CitedWork):
    """A work that proves an internship, with how well it fits the interest."""

    match: float


class PersonName(TypedDict):
    """Somebody by id and name."""

    author_id: str
    name: str


class YearCount(TypedDict):
    """Works of one year."""

    year: int
    works: int


class YearSplit(TypedDict):
    """Works of one year, on the interest and off it."""

    year: int
    on: int
    off: int


class PossibleDouble(TypedDict):
    """Another row of the same list that may be the same person."""

    row: int
    author_id: str


class NamedOpening(TypedDict):
    """An open position whose text names somebody."""

    title: str
    kind: str
    url: str
    date_posted: str | None
    valid_through: str | None
    source: str


class RunningGrant(TypedDict):
    """A grant that runs still. ``on_topic``: None without an interest; ``begins``: it has not begun yet."""

    title: str
    funder: str
    number: str | None
    amount: float | None
    currency: str | None
    start: str
    end: str
    begins: bool
    institution: str | None
    country: str | None
    programme: str | None
    lead: bool
    ground: str
    on_topic: bool | None
    url: str | None
    source: str
    key: str


class PersonStatus(TypedDict):
    """At which stage somebody is, what has changed of late, what they say about taking people on, and their grants."""

    stage: str
    stage_confidence: float
    stage_ground: str
    moved: Move | None
    recruiting: RecruitingStatement | None
    newcomer: NewFaculty | None
    grants: list[RunningGrant]


class ListedPerson(PersonStatus, Located):
    """What every row of people carries but the score."""

    author_id: str
    name: str
    band: str | None
    strength: str | None
    plus_minus: float
    one_work: bool
    idle_leader: bool
    new_leader: bool
    seen_until: str
    current: list[Affiliation]
    previous: list[Affiliation]
    matched: int
    matched_by_year: list[YearCount] | None
    works: list[WorkRef]
    links: Links
    why: str
    evidence: list[Evidence]


class RankedPerson(ListedPerson):
    """A row of people. ``score`` is the evidence, ``plus_minus`` its uncertainty."""

    score: float
    parts: dict[str, float]


class Advisor(RankedPerson):
    """Somebody who could advise."""

    perhaps_same: NotRequired[list[PossibleDouble]]
    openings: NotRequired[list[NamedOpening]]


class ComparedPerson(ListedPerson):
    """Somebody beside others, whether or not they would be listed: without a work on the interest there is no score."""

    score: float | None
    parts: dict[str, float | None]
    says: list[Statement]
    openings: list[NamedOpening]


class SeenAt(TypedDict):
    """Where somebody was seen. ``fresh``: lately enough to say that they are there now."""

    institution: str
    country: str | None
    role: str | None
    source: str
    seen: str
    fresh: bool


class LabHead(PersonStatus):
    """Who heads a lab."""

    author_id: str
    name: str
    links: LabLinks


class LabMember(PersonName):
    """Who publishes in a lab, since when, and the newest joint work."""

    stage: str
    stage_confidence: float
    since: str
    since_stated: bool
    last: str
    joint: int
    active: bool
    still_at: str | None
    place_known: bool
    works: list[CitedWork]


class LabAlumnus(PersonName):
    """Who has left a lab, and where they went as far as it is known."""

    first: str
    last: str
    joint: int
    went: str
    stage: str
    stage_confidence: float
    now: SeenAt | None
    works: list[CitedWork]


class Alumni(TypedDict):
    """Who has left: how many, to which kind of place, and the newest of them."""

    count: int
    went: dict[str, int]
    people: list[LabAlumnus]


class SisterLab(TypedDict):
    """A lab that publishes with this one."""

    lab_id: str
    head: str
    institution: str
    country: str | None
    joint: int
    last: str
    works: list[CitedWork]


class TwoYears(TypedDict):
    """Works of the last two years, and of the two before."""

    now: int
    before: int


class LabTrend(TypedDict):
    """Works on the interest, and all works."""

    on: TwoYears
    all: TwoYears


class Lab(Located):
    """A lab: its heads, members, alumni and works."""

    lab_id: str
    band: str | None
    strength: str | None
    score: float
    plus_minus: float
    head: str
    heads: list[LabHead]
    group: str | None
    institution: str
    institution_id: str
    country: str | None
    kind: str | None
    moved: Move | None
    members_by_stage: dict[str, int]
    members: list[LabMember]
    students_active: int
    matched: int
    trend: LabTrend
    alumni: Alumni
    sisters: list[SisterLab]
    works: list[WorkRef]
    links: LabLinks
    parts: dict[str, float]
    why: str
    evidence: list[Evidence]
    openings: NotRequired[list[NamedOpening]]


class CoauthorTie(TypedDict):
    """Works that two coauthors wrote together; both are places in the list of people."""

    one: int
    other: int
    works: int


class LabPerson(PersonName):
    """Somebody on the map of a lab. ``head``: they head it."""

    stage: str
    head: bool


class LabMap(TypedDict):
    """Who writes with whom in a lab."""

    people: list[LabPerson]
    ties: list[CoauthorTie]


class LabCard(Lab):
    """A lab with all its alumni, sisters and works. ``until``: the day that ages are counted from."""

    works_by_year: list[YearSplit]
    until: str
    map: LabMap


class InternDestination(TypedDict):
    """Where an intern was seen afterwards."""

    institution: str
    country: str | None
    role: str | None
    seen: str
    same_company: bool


Intern = TypedDict(
    "Intern",
    {"author_id": str, "name": str, "from": list[str], "went": InternDestination | None},
)
Intern.__doc__ = "An intern: from which institutions, and where they went."


class InternshipProof(TypedDict):
    """A work that shows an internship. ``chance`` is the measured share of such proofs that are right."""

    work: ProofWork
    company: str
    kind: str
    kind_in_words: str
    chance: float
    quote: str | None
    recent: bool
    intern: Intern
    others: list[PersonName]
    head: PersonName | None


class HostingCount(TypedDict):
    """How many interns somebody has hosted. ``sure`` is the chance that one of the proofs is right."""

    interns: int
    recent: int
    older: int
    on_interest: int
    sure: float
    weak: bool
    since: str


class HostCompany(TypedDict):
    """The company of a host."""

    institution: str
    institution_id: str
    unit: str | None
    careers: str | None
    country: str | None
    seen: str | None


class PostingPerson(PersonName):
    """Who works on the interest where a position is open. ``named``: the posting names them."""

    works: int
    named: bool


class PostingWork(TypedDict):
    """A work on the interest from the organisation of a posting."""

    work_id: str
    title: str
    date: str
    url: str | None


class Opening(TypedDict):
    """An open position that fits."""

    posting_id: int
    title: str
    hiring_organization: str
    kind: str
    kind_words: list[str]
    category: str
    level: str
    location: str
    km: NotRequired[int]
    countries: list[str]
    workplace: str | None
    date_posted: str | None
    valid_through: str | None
    url: str
    source: str
    board: str
    fit: float
    why: str
    degree: str | None
    degree_words: str
    visa: list[str]
    months: list[int] | None
    first_seen: str
    last_seen: str
    new: bool
    people: list[PostingPerson]
    works: list[PostingWork]
    evidence: list[Evidence]


class Host(RankedPerson):
    """A company researcher who could host an internship, with the works that prove it."""

    company: HostCompany
    hosting: HostingCount
    proofs: list[InternshipProof]
    postings: list[Opening]


class CurrentPlace(TypedDict):
    """Where somebody is now."""

    institution: str
    country: str | None
    role: str | None


class FormerHost(TypedDict):
    """Who has hosted, and has left or hosted nobody for two years."""

    author_id: str
    name: str
    company: str
    seen: str | None
    there: bool
    now: CurrentPlace | None
    newest: str
    proofs: list[InternshipProof]


class Company(TypedDict):
    """A company with hosts in the answer."""

    institution: str
    country: str | None
    hosts: int
    recent: int
    careers: str | None


class SourceCoverage(TypedDict):
    """How a source fared when the interest was last collected."""

    source: str
    state: str
    works: int
    complete: bool | None
    message: str


class Coverage(TypedDict):
    """What an answer rests on: stored and matched works, up to which day, and by source.

    ``gaps`` is what a filter asks and the sources cannot tell; ``lacks`` what an answer from files does not hold.
    """

    works: int
    sources: list[SourceCoverage]
    matched: int
    until: str
    read: str
    gaps: NotRequired[list[str]]
    lacks: NotRequired[str]


PlannedCallRow = TypedDict("PlannedCallRow", {"source": str, "for": str, "calls": int, "credits": int, "url": str})
PlannedCallRow.__doc__ = "Calls that a collection would make at most of one kind, and what they cost."


class QueryTerm(TypedDict):
    """A term that was looked for."""

    term: str
    weight: float
    works: int
    lift: float
    kind: NotRequired[str]


class NearPlace(TypedDict):
    """The place that people must be near, and how it is known."""

    place: str
    latitude: float
    longitude: float
    known_by: str
    within: int
    remedy: str | None


class TopicShare(TypedDict):
    """A keyword with the share of papers that bear it: those of the last years, and those of as many before.

    ``before`` is None where no paper of those years has keywords.
    """

    topic: str
    papers: int
    share: float
    before: float | None


class Coauthor(PersonName):
    """With whom somebody writes: joint works, and the year of the newest."""

    works: int
    year: int


class Advisee(PersonName):
    """Who wrote first where somebody stands last."""

    joint: int
    first: str
    last: str
    months_between: float | None
    recent: bool
    together: bool
    active: bool
    now: SeenAt | None
    still: bool | None
    stage: str
    stage_confidence: float
    went: str
    works: list[CitedWork]


class AdviseeSummary(TypedDict):
    """The numbers of somebody's advisees."""

    students: int
    recent: int
    together: int
    active: int
    still: int
    guests: int
    months_between: float | None
    went: dict[str, int]


class Mentoring(TypedDict):
    """Whom somebody led: counted from author lists."""

    summary: AdviseeSummary
    students: list[Advisee]
    guests: list[Advisee]


class ProbableAdvisor(PersonName):
    """Who probably advised somebody, by early works."""

    count: int
    of: int
    share: float
    first: str
    last: str
    works: list[CitedWork]


class CompanyHosting(TypedDict):
    """Where somebody has hosted interns."""

    company: str
    country: str | None
    interns: int
    recent: int
    older: int
    since: str
    sure: float
    weak: bool
    said: str
    proofs: list[InternshipProof]


class IdentityReason(TypedDict):
    """Why works are counted as somebody's, and the chance that this is right."""

    reason: str
    works: int
    chance: float


class DoubtfulWork(TypedDict):
    """A work that may be somebody else's."""

    work_id: str
    title: str
    date: str
    reason: str
    chance: float


class SimilarName(PersonName):
    """Somebody of the same or a like name, and what they have in common."""

    works: int
    coauthors: int
    institutions: int
    place: str | None
    against: str


class Identity(TypedDict):
    """How sure it is that all works counted here are one person's."""

    sure: float
    works: int
    by: list[IdentityReason]
    doubtful: list[DoubtfulWork]
    alike: NotRequired[list[SimilarName]]


CoauthorLink = TypedDict(
    "CoauthorLink",
    {"from": str, "to": str, "work_id": str, "title": str, "date": str, "venue": str | None, "url": str | None},
)
CoauthorLink.__doc__ = "Two who wrote together, by name, and their newest joint work."


class CoauthorChain(TypedDict):
    """People who each wrote with the next."""

    people: list[PersonName]
    links: list[CoauthorLink]


IntroductionAnswer = TypedDict(
    "IntroductionAnswer",
    {
        "as_of": str,
        "from": list[PersonName],
        "to": PersonName,
        "chains": list[CoauthorChain],
        "unknown": list[str],
        "counted": str,
    },
)
IntroductionAnswer.__doc__ = "Who could introduce the reader to somebody."


class LastListed(PersonName):
    """The last person of a list, with whom somebody below the cut is compared."""

    place: int
    band: str
    score: float
    parts: dict[str, float]


class PersonCard(PersonStatus):
    """All that is known of one person."""

    author_id: str
    name: str
    other_names: list[str]
    current: list[AffiliationRecord]
    previous: list[AffiliationRecord]
    statements: list[Statement]
    works_count: int
    works_by_year: list[YearSplit]
    topics: list[TopicShare]
    works: list[WorkDetail]
    coauthors: list[Coauthor]
    coauthor_ties: list[CoauthorTie]
    ids: list[str]
    links: Links
    evidence: list[Evidence]
    openings: NotRequired[list[NamedOpening]]
    mentoring: NotRequired[Mentoring]
    advised_by: NotRequired[list[ProbableAdvisor]]
    hosting: NotRequired[list[CompanyHosting]]
    identity: NotRequired[Identity]
    namesakes: NotRequired[str | None]
    introductions: NotRequired[IntroductionAnswer | None]


class SourceTest(TypedDict):
    """What a test of a source would ask, and what it costs."""

    url: str
    credits: int


class SourceRunStatus(TypedDict):
    """How a source fared in one run."""

    at: str
    kind: str
    interest: str
    state: str
    works: int
    people: int
    grants: int
    calls: int
    credits: float
    message: str


class SourceStatus(TypedDict):
    """A source: what it adds, its key, what is left of its day, and its last runs. ``test``: None where there is none.

    ``remaining`` and ``allowance`` are credits of the day, None where they are unknown.
    """

    source: str
    title: str
    adds: str
    home: str
    terms: str
    enabled: bool
    state: str
    works: int
    people: int
    grants: int
    key: str
    key_name: str | None
    key_from: str | None
    key_help: str
    spent_today: float
    allowance: float | None
    remaining: float | None
    last_run: str | None
    message: str
    runs: list[SourceRunStatus]
    test: SourceTest | None


class _AnswerParts(TypedDict):
    """What every ranked answer says beside its rows. ``left_out``: how many were filtered out, by reason."""

    interest: str
    as_of: str
    coverage: Coverage
    terms: list[QueryTerm]
    total: int
    left_out: dict[str, int]
    near: NearPlace | None


class AdvisorAnswer(_AnswerParts):
    """What ``finder advisors --format json`` prints."""

    results: list[Advisor]


class LabAnswer(_AnswerParts):
    """What ``finder labs --format json`` prints."""

    results: list[Lab]


class InternshipAnswer(_AnswerParts):
    """What ``finder internships --format json`` prints."""

    companies: list[Company]
    hosts: list[Host]
    former: list[FormerHost]
    postings: list[Opening]


class Programme(TypedDict):
    """A doctoral network that runs, or a programme put together by hand; ``seen`` is when its page ``seen_at`` was."""

    kind: str
    name: str
    url: str | None
    usual_deadline: str | None
    institutions: list[str]
    countries: list[str]
    start: str | None
    end: str | None
    source: str
    seen_at: str | None
    seen: str | None


class WebSearch(TypedDict):
    """A search on a board elsewhere, to be opened in a browser."""

    name: str
    url: str


class OpeningAnswer(TypedDict):
    """What ``finder openings --format json`` prints. ``boards``: how many job boards are in which state."""

    interest: str
    as_of: str
    total: int
    left_out: dict[str, int]
    boards: dict[str, int]
    near: NearPlace | None
    read: str
    results: list[Opening]
    programmes: list[Programme]
    searches: list[WebSearch]
