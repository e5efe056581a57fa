"""Feeds of positions, as RSS 2.0 and as Atom. The feeds are written after the formats, about invented places."""

from __future__ import annotations

import pytest
from boardly import read, reply, strange

from finder.errors import UnexpectedFormat
from finder.source import discover_sources

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Jobs</title>
<item><title>PhD in owl listening &amp; more</title><link>https://jobs.example/1</link><guid>job-1</guid>
<dc:publisher>University of Valdorra</dc:publisher><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate>
<description><![CDATA[<p>Write to ada@uni.example</p><p>Closing date: 1 Jan 2027</p>]]></description></item>
<item><title>PhD in owl listening &amp; more</title><link>https://jobs.example/1</link><guid>job-1</guid></item>
<item><title>Postdoc</title><link>javascript:alert(1)</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Jobs</title><entry><id>x</id><title>Postdoc on owls</title>
<link rel="self" href="https://jobs.example/self"/><link href="https://jobs.example/2"/>
<updated>2026-11-20T10:00:00Z</updated><content type="html">&lt;b&gt;Owls&lt;/b&gt;</content></entry></feed>"""
URL = "https://www.jobs.example/jobs/computer-sciences/?format=rss"


def test_items_of_rss_are_read_once_and_without_addresses() -> None:
    found = list(discover_sources("finder.boards")["feed"].parse(reply("feed", URL, RSS)))
    first = next(one for one in found if getattr(one, "title", ""))

    assert len(found) == 2
    assert (first.title, first.url, first.hiring_organization) == (
        "PhD in owl listening & more",
        "https://jobs.example/1",
        "University of Valdorra",
    )
    assert first.date_posted == "2026-11-23"
    assert "ada@" not in first.description
    assert first.source_id.startswith(f"{URL}/")
    assert strange("feed", RSS, URL) == ["not understood: a job without an address"]


def test_entries_of_atom_are_read() -> None:
    (one,) = read("feed", ATOM, URL)

    assert (one.title, one.url, one.description, one.date_posted) == (
        "Postdoc on owls",
        "https://jobs.example/2",
        "Owls",
        "2026-11-20",
    )


def test_an_empty_feed_is_one_only_where_it_is_a_feed() -> None:
    assert read("feed", '<rss version="2.0"><channel><title>Jobs</title></channel></rss>', URL) == []
    for body in ("<rss/>", "<rss><channel/></rss>", "<feed><title>x</title></feed>", "<html><title>x</title></html>"):
        with pytest.raises(UnexpectedFormat):
            read("feed", body, URL)
