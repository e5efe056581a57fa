"""When two postings are one job: the same page, or the same title of the same employer in the same place. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from anyascii import anyascii

from finder.model import Posting

_LEGAL = re.compile(r"\b(?:inc|llc|ltd|limited|gmbh|ag|se|co|kg|corp|corporation|plc|sa|sas|bv|nv|oy|ab|the|company)\b")
_GENDERS = re.compile(r"\((?:[mfwdxh]|div|gn|all genders?)(?:[/|,* ]+(?:[mfwdxh]|div|gn|all genders?))*\)", re.I)
_TRACKING = re.compile(
    r"utm_|gh_src$|lever-|source$|src$|ref$|referrer$|trk$|fbclid$|gclid$|in_iframe$|mobile$|lang$", re.I
)
_APPLY = re.compile(r"/(?:apply|application)/?$")
_NATIVE = (  # ids that a platform gives once, whichever page shows them
    ("greenhouse", re.compile(r"[?&]gh_jid=(\d+)")),
    ("greenhouse", re.compile(r"//(?:job-)?boards(?:\.eu)?\.greenhouse\.io/[^?#]*/jobs/(\d+)")),
    ("lever", re.compile(r"//jobs\.(?:eu\.)?lever\.co/[^/]+/([0-9a-f-]{36})", re.I)),
    ("ashby", re.compile(r"//jobs\.ashbyhq\.com/[^/]+/([0-9a-f-]{36})", re.I)),
    ("workable", re.compile(r"//apply\.workable\.com/(?:[^/]+/)?j/([0-9A-Z]+)")),
)


def page_key(url: str) -> str:
    """The page of a job, whatever tracks the visit.

    >>> page_key("https://acme.example/jobs?gh_jid=123&utm_source=x"), page_key("https://ACME.example/a/apply?ref=b")
    ('greenhouse:123', 'acme.example/a')
    """
    for platform, pattern in _NATIVE:
        if found := pattern.search(url):
            return f"{platform}:{found[1].lower()}"
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        pairs = parse_qsl(parts.query)
    except ValueError:
        return url.strip()
    query = urlencode(sorted((name, value) for name, value in pairs if not _TRACKING.match(name)))
    path = _APPLY.sub("", parts.path).rstrip("/")
    return f"{host}{path}{'?' if query else ''}{query}"


def job_key(posting: Posting, organisation: str) -> str:
    """Employer, title and towns, folded; empty where the employer or the place is unknown."""
    employer = _job_key_words(_LEGAL.sub(" ", _fold_job_text(posting.hiring_organization or organisation)))
    title = _job_key_words(_fold_job_text(_GENDERS.sub(" ", posting.title)))
    towns = sorted({_job_key_words(_fold_job_text(location.split(",")[0])) for location in posting.locations} - {""})
    return "|".join((employer, title, ";".join(towns))) if employer and title and towns else ""


def _fold_job_text(text: str) -> str:
    return anyascii(text).lower()


def _job_key_words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9+#]+", text))
