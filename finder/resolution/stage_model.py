"""What the record says of a career: numbers per author, as of any day, and the model that reads a stage from them.

No number here comes from a stated position. The coefficients are data, ``data/curated/stage_model.json``, fitted and
measured by ``benchmarks/stage.py``; ``docs/stage.md`` tells how well they do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np
import polars as pl

from finder.reference_data import package_data_folder
from finder.resolution import career_counts
from finder.storage import Snapshot
from finder.tables import select_sorted_rows

CAP = 14.0  # years of a career beyond which more say nothing about its stage
LATE = 6.0  # years after which the slope changes: theses are finished, groups begun
SAME_TIME = 200  # days: places whose newest evidence is this close together are held at once
LATELY = 730  # days after which a place says nothing about now
FORGOTTEN = 8.0  # years that stand for "never" where somebody was never first author
FACULTY = ("early-career faculty", "established faculty")
BELOW = ("student", "postdoc")
LED, WORKS = 1, 3  # works, led and in all, below which nobody is said to be faculty by the record alone
ESTABLISHED = 0.6  # share of the chance of being faculty from which the higher rank is the likelier
RANK = 0.1  # of that share: as near to it no rank is said
# By how much surer a record has to be that holds one work, and one of whose co-authors nothing else is stored: what is
# missing from either could say something else. Of a stage, and of being faculty at all; and no more than SURE_ENOUGH.
FEW, STRANGERS = 0.3, 0.2
FACULTY_FEW, FACULTY_STRANGERS = 0.2, 0.2
ABSENT = 0.15  # and of a student or postdoc, which rests on what is not there
SURE_ENOUGH = 0.95
SEEN = 2  # years into what the store covers from which a first work is believed to be the first
BEGINNERS = ("student", "postdoc", "early-career faculty")  # who has not published for long
BOUND = 4.0  # standard deviations beyond which a feature is cut: a career of 300 works is no tenfold proof
# Registries number people as they first meet them, so that a number tells a year in which somebody published already.
# Years by DBLP's number, and by millions of IEEE's: from when the numbers first turn up in conference files.
_DBLP = np.array(((0, 2008), (100, 2010), (200, 2017), (250, 2019.5), (300, 2021), (340, 2023), (380, 2024.5))).T
_IEEE = np.array(
    ((37085, 2013), (37086.5, 2018.5), (37087, 2019.3), (37088.5, 2020.3), (37089, 2021.3), (37090, 2023.5))
).T
_EARLY = 2008.0  # what an id from before the numbering stands for

# feature -> what it is about: the sentence about a stage names the two things that decided
FEATURES: dict[str, str] = {
    "last_share": "led",
    "last_count": "led",
    "never_led": "led",
    "led_years": "led",
    "first_share": "first",
    "first_ago": "first",
    "works": "amount",
    "rate": "amount",
    "alone": "amount",
    "years": "length",
    "known_years": "length",
    "late_years": "length",
    "place": "place",
    "company": "employer",
    "school": "employer",
    "elsewhere": "employer",
    "company_share": "employer",
    "eldest": "beside",
    "leads_most": "beside",
    "firsts_years": "beside",
    "never_behind": "beside",
    "lasts_led": "beside",
    "never_under": "beside",
    "custom": "field",
    "strangers": "field",
}
GROUPS = tuple(dict.fromkeys(FEATURES.values()))
EMPLOYER = tuple(name for name, about in FEATURES.items() if about == "employer")


@dataclass(frozen=True)
class StageModel:
    """A fitted model: a linear score per stage over standardised features, made probabilities by softmax.

    Attributes:
        stages: in the order of the rows of ``coefficients``.
        features: in the order of its columns, after the first, which is the constant.
        threshold: probability below which no stage is said.
        faculty: probability of both ranks together below which nobody is said to be faculty.
    """

    stages: tuple[str, ...]
    features: tuple[str, ...]
    means: np.ndarray
    scales: np.ndarray
    coefficients: np.ndarray
    threshold: float = 0.0
    faculty: float = 0.65

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StageModel:
        """The model in its JSON form."""
        means, scales, coefficients = (np.asarray(data[key], float) for key in ("means", "scales", "coefficients"))
        least = (float(data["threshold"]), float(data["faculty"]))
        return cls(tuple(data["stages"]), tuple(data["features"]), means, scales, coefficients, *least)

    def standardize_features(self, frame: pl.DataFrame) -> np.ndarray:
        """Features with the constant in front, one row per author."""
        plain = (frame.select(self.features).to_numpy() - self.means) / self.scales
        return np.column_stack([np.ones(len(plain)), plain.clip(-BOUND, BOUND)])

    def predict_probabilities(self, frame: pl.DataFrame) -> np.ndarray:
        """One row per author, one column per stage; rows sum to one."""
        return softmax_rows(self.standardize_features(frame) @ self.coefficients.T)


def softmax_rows(scores: np.ndarray) -> np.ndarray:
    """Scores by row as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@cache
def load_stage_model() -> StageModel:
    """The committed model."""
    path = package_data_folder() / "curated" / "stage_model.json"
    return StageModel.from_json(json.loads(path.read_text(encoding="utf-8")))


def infer_stages(
    record: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, as_of: date, by: StageModel | None = None
) -> pl.DataFrame:
    """The likeliest stage by the record alone, and why; arguments as for :func:`stage_features`.

    That somebody is faculty is decided by the chances of both ranks together, and not said of whoever led nothing or
    has but one work: little data makes no strong claim.

    Returns:
        ``author``, ``inferred_stage`` (null where none is likely enough), its ``_confidence`` and ``_ground``;
        ``likely_stage``, ``likely_confidence`` (the same where little data counts as much as much: for putting people
        in order, not for saying anything of them); ``leads`` (they are faculty, of which rank the record does not tell:
        then no stage is given), ``led`` (works), ``n_works``, ``senior_confidence`` (that they are neither student nor
        postdoc), ``higher_rank`` (the share of the chance of being faculty that is the higher rank's).
    """
    by, frame = by or load_stage_model(), stage_features(record, people, posts, as_of)
    chances = by.predict_probabilities(frame)
    best, said, ranked = decide_stages(by, frame, chances)
    likely, likely_said, _ = decide_stages(by, frame, chances, thin=False)
    rows = np.arange(len(chances))
    below = [i for i, stage in enumerate(by.stages) if stage in BELOW]
    early, established = (chances[:, by.stages.index(stage)] for stage in FACULTY)
    return frame.select(
        "author",
        "n_works",
        led="n_last",
        leads=pl.Series(said & ~ranked, dtype=pl.Boolean),
        inferred_stage=pl.when(pl.Series(said & ranked, dtype=pl.Boolean)).then(
            pl.Series(by.stages, dtype=pl.String).gather(best)
        ),
        inferred_confidence=pl.Series(chances[rows, best]),
        likely_stage=pl.when(pl.Series(likely_said, dtype=pl.Boolean)).then(
            pl.Series(by.stages, dtype=pl.String).gather(likely)
        ),
        likely_confidence=pl.Series(chances[rows, likely]),
        inferred_ground=_stage_explanation(frame, _top_feature_groups(by, frame, chances, best)),
        senior_confidence=pl.Series(1 - chances[:, below].sum(axis=1)),
        higher_rank=pl.Series(established / (early + established)),
    )


def decide_stages(
    by: StageModel, frame: pl.DataFrame, chances: np.ndarray, *, thin: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The stage that the record suggests of each author, as a place in ``by.stages``.

    The less a record holds, the surer it has to be: what is not stored could say something else. Where works of some
    years before the first stored one would not be stored, that somebody has begun of late is not said.

    Args:
        frame: as :func:`stage_features` gives it.
        chances: of the model, one row per author.
        thin: whether it counts how little a record holds.

    Returns:
        The stage; whether it is said; and whether, if it is a rank of faculty, it is clear which of both.
    """
    ranks = np.array([by.stages.index(stage) for stage in FACULTY])
    few, unknown = 1 / np.sqrt(frame["n_works"].to_numpy()), frame["strangers"].to_numpy()
    few, unknown, whole = few * thin, unknown * thin, frame["whole"].to_numpy() | (not thin)
    led, works = (LED, WORKS) if thin else (1, 2)
    absent = np.isin(chances.argmax(axis=1), [by.stages.index(stage) for stage in BELOW]) * (ABSENT * thin)
    least = FEW * few + STRANGERS * unknown + absent
    least = np.minimum(least, max(SURE_ENOUGH - by.threshold, 0)) + by.threshold
    faculty = FACULTY_FEW * few + FACULTY_STRANGERS * unknown
    faculty = np.minimum(faculty, max(SURE_ENOUGH - by.faculty, 0)) + by.faculty
    proven = ((frame["n_last"] >= led) & (frame["n_works"] >= works)).to_numpy()
    proven = proven & (chances[:, ranks].sum(axis=1) >= faculty)
    early, established = chances[:, ranks].T
    share = established / (early + established)
    likeliest = chances.argmax(axis=1)
    best = np.where(proven, ranks[(share >= ESTABLISHED).astype(int)], likeliest)
    new = np.isin(best, [by.stages.index(stage) for stage in BEGINNERS]) & ~whole
    said = proven | (~np.isin(likeliest, ranks) & (chances.max(axis=1) >= least) & ~new)
    return best, said, ~proven | ((np.abs(share - ESTABLISHED) >= RANK) & ~new)


def _top_feature_groups(by: StageModel, frame: pl.DataFrame, chances: np.ndarray, best: np.ndarray) -> np.ndarray:
    """The two groups of features that speak most for the likeliest stage, against the others as likely as they are.

    Returns:
        Two columns of places in GROUPS; -1 where nothing speaks for it.
    """
    own, chance = by.coefficients[best], chances[np.arange(len(best)), best][:, None]
    others = (chances @ by.coefficients - chance * own) / (1 - chance).clip(1e-9)
    belongs = np.array([[FEATURES[name] == group for group in GROUPS] for name in by.features], dtype=float)
    sums = (by.standardize_features(frame) * (own - others))[:, 1:] @ belongs
    top = np.argsort(-sums, axis=1)[:, :2]
    return np.where(np.take_along_axis(sums, top, axis=1) > 0, top, -1)


def _stage_explanation(frame: pl.DataFrame, deciding: np.ndarray) -> pl.Series:
    """The deciding features in words."""
    led, first = (pl.when(pl.col(n) > 0) for n in ("n_last", "n_first"))
    middle, senior = pl.col("place"), pl.max_horizontal("eldest", "leads_most") >= 0.5
    words: dict[str, pl.Expr] = {
        "led": led.then(pl.format("last author on {} of {} works", "n_last", "n_works")).otherwise(
            pl.lit("never last author")
        ),
        "first": first.then(pl.format("first author on {} of {} works", "n_first", "n_works")).otherwise(
            pl.lit("never first author")
        ),
        "amount": pl.when(pl.col("n_works") > 1).then(pl.format("{} works", "n_works")).otherwise(pl.lit("one work")),
        "length": pl.format("on record since {}", "since"),
        "place": pl.when(middle > 0.65)
        .then(pl.lit("mostly near the end of author lists"))
        .when(middle < 0.35)
        .then(pl.lit("mostly near the front of author lists"))
        .otherwise(pl.lit("mostly in the middle of author lists")),
        "employer": pl.when(pl.col("company") > 0)
        .then(pl.lit("works of late from a company"))
        .when(pl.col("school") > 0)
        .then(pl.lit("works of late from a university"))
        .when(pl.col("elsewhere") > 0)
        .then(pl.lit("works of late from neither company nor university"))
        .otherwise(pl.lit("no institution known")),
        "beside": pl.when(senior)
        .then(pl.lit("co-authors mostly more junior"))
        .otherwise(pl.lit("co-authors mostly more senior")),
        "field": pl.lit("as is usual among those they write with"),
    }
    picked = []
    for place in (0, 1):
        chosen = pl.Series(deciding[:, place])
        picked.append(pl.coalesce(pl.when(chosen == i).then(words[group]) for i, group in enumerate(GROUPS)))
    said = pl.concat_str(picked, separator=", ", ignore_nulls=True)
    return frame.select(said.replace("", "the record as a whole")).to_series()


def load_career_counts(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    """What the works of everybody say up to a day, as in table ``careers``."""
    return (
        snapshot.load_table("careers") if works_unchanged(snapshot, as_of) else _career_counts_on_day(snapshot, as_of)
    )


def works_unchanged(snapshot: Snapshot, as_of: date) -> bool:
    """Whether no work is dated between the day of publication and another: then works say the same on both."""
    early, late = sorted((day - date(1970, 1, 1)).days for day in (snapshot.publication_day, as_of))
    return not snapshot.load_table("authorships")["day"].is_between(early, late, closed="right").any()


@lru_cache(maxsize=2)  # the same days are asked for again and again
def _career_counts_on_day(snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    return career_counts.count_careers(snapshot.load_table("authorships"), snapshot.load_table("works"), as_of)


def stage_features(record: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The features of some authors from what is dated up to a day.

    Args:
        record: as :func:`load_career_counts` gives it for that day.
        people: ``author``, ``ids``, ``first_year`` (of the first known work, stored or in a source's own record),
            ``counted`` (there is such a record; nobody's, where it is not given).
        posts: ``author``, ``institution``, ``kind``, ``last``; nothing else of them is looked at.

    Returns:
        ``author``, FEATURES, numbers for the sentence, and ``whole``: whether works from before the first would be
        known of; nobody without a published work up to that day.
    """
    day = (as_of - date(1970, 1, 1)).days
    counted = "counted" if "counted" in people.columns else pl.lit(value=False).alias("counted")
    registered = people.select("author", "first_year", counted, registered=registry_years(people["ids"]))
    now = as_of.year + as_of.timetuple().tm_yday / 366
    known = pl.max_horizontal(
        "years", (now - pl.col("registered")).fill_nan(None), as_of.year - pl.col("first_year")
    ).clip(0, CAP)
    return (
        select_sorted_rows(record, "author", people["author"])
        .lazy()
        .join(registered.lazy(), on="author")
        .pipe(_add_age_features, day)
        .join(_employer_features(posts, as_of), on="author", how="left")
        .with_columns(known_years=known, since=(now - known).floor().cast(pl.Int32))
        .with_columns(late_years=(pl.col("known_years") - LATE).clip(0, None))
        .with_columns(pl.col(name).cast(pl.Float64).fill_null(0.0) for name in FEATURES)
        .with_columns(whole=_has_complete_record())
        .collect()
    )


def _has_complete_record() -> pl.Expr:
    """Whether a first work is the first: others are stored from years before, or a registry knows since when."""
    first = pl.from_epoch("begun", time_unit="d").dt.year()
    return pl.col("counted") | pl.col("registered").is_not_nan() | (first >= pl.col("covered") + SEEN)


def _add_age_features(record: pl.LazyFrame, day: int) -> pl.LazyFrame:
    """Counts as shares and logarithms, days as years before ``day``."""
    works = pl.col("n_works")
    return record.with_columns(years=_years_since(day, "begun")).with_columns(
        last_share=(pl.col("n_last") + 0.5) / (works + 2),
        last_count=pl.col("n_last").log1p(),
        first_share=(pl.col("n_first") + 0.5) / (works + 2),
        works=works.log1p(),
        never_led=pl.col("led_since").is_null(),
        led_years=_years_since(day, "led_since").fill_null(0.0),
        first_ago=_years_since(day, "first_newest").fill_null(FORGOTTEN).clip(0, FORGOTTEN),
        rate=(works / (pl.col("years") + 1)).log1p(),
        firsts_years=_years_since(day, "firsts_since").fill_null(0.0),
        never_behind=pl.col("firsts_since").is_null(),
        lasts_led=pl.col("lasts_led").fill_null(0.0),
        never_under=pl.col("lasts_led").is_null(),
    )


def _employer_features(posts: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """What kind of institution somebody was last seen at of late, and how many were companies."""
    newest = pl.col("last").max().over("author")
    here = (newest - pl.col("last")).dt.total_days() <= SAME_TIME
    here = here & ((pl.lit(as_of) - pl.col("last")).dt.total_days() <= LATELY)
    company, school = (pl.col("kind") == kind for kind in ("company", "education"))
    return (
        posts.lazy()
        .select("author", "institution", "kind", here=here)
        .with_columns(company=company.fill_null(value=False), school=school.fill_null(value=False))
        .group_by("author", "institution", "company", "school")
        .agg(here=pl.col("here").any())
        .group_by("author")
        .agg(
            company_share=(pl.col("company").mean() * pl.col("here").any()),
            company=(pl.col("company") & pl.col("here")).any(),
            school=(pl.col("school") & pl.col("here")).any(),
            elsewhere=(~pl.col("company") & ~pl.col("school") & pl.col("here")).any(),
        )
    )


def _years_since(day: int, since: str) -> pl.Expr:
    return (day - pl.col(since)) / 365.25


def registry_years(ids: pl.Series) -> pl.Series:
    """A year, with its fraction, in which the registries knew somebody already; NaN where no id of theirs tells."""
    text = ids.list.join(" ").to_frame("ids")
    found = text.select(
        dblp=pl.col("ids").str.extract(r"dblp:(\d+)/").cast(pl.Float64),
        ieee=pl.col("ids").str.extract(r"ieee:(\d+)").cast(pl.Float64) / 1e6,
        by_name=pl.col("ids").str.contains(r"dblp:[a-z]"),
    )
    dblp, ieee = found["dblp"].to_numpy(), found["ieee"].to_numpy()
    numbered = np.interp(ieee, _IEEE[0], _IEEE[1])
    before = (ieee < _IEEE[0][0]) | (ieee > _IEEE[0][-1] + 1)
    by_name = np.where(found["by_name"].fill_null(value=False).to_numpy(), _EARLY, np.nan)
    years = [np.interp(dblp, _DBLP[0], _DBLP[1]), np.where(before, _EARLY, numbered), by_name]
    return pl.Series("registered", np.fmin.reduce(years), dtype=pl.Float64)
