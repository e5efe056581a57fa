"""Feeds in XML, taken apart safely: no entities beyond XML's own, a bounded number of elements. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from finder.boards._parse import board_shape_error
from finder.source import Response, SourceInfo

Element = ElementTree.Element
MOST = 20_000


def xml_feed_items(card: SourceInfo, reply: Response, root: str, item: str) -> Iterator[Element]:
    """The items of a feed.

    Raises:
        UnexpectedFormat: it is no XML, declares entities, or has another root.
    """
    if b"<!ENTITY" in reply.body:
        raise board_shape_error(card, "it declares entities", reply.url)
    try:
        tree = ElementTree.fromstring(reply.body)  # noqa: S314 - without entities there is nothing to blow up
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise board_shape_error(card, str(error), reply.url) from None
    if tree.tag != root:
        raise board_shape_error(card, f"it begins with {tree.tag}", reply.url)
    for number, element in enumerate(tree.iter(item)):
        if number >= MOST:
            raise board_shape_error(card, f"it has more than {MOST} jobs", reply.url)
        yield element


def xml_element_text(element: Element, path: str) -> str | None:
    """The text at a path; None where there is none."""
    found = element.find(path)
    return (found.text or "").strip() or None if found is not None else None
