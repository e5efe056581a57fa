"""Everything that the finder writes for its user is known again, and nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_export_files import made

from finder.outreach import export_detection, exports, letter_drafts
from finder.outreach.export_dataset import ExportDataset
from finder.privacy import subject_access
from finder.rendering.answer_text import format_json
from finder.watch import atom, digest

DAY = date(2026, 11, 22)
HELD: dict[str, Any] = {"asked": "Ada Vell", "as_of": "2026-11-22", "held": 0, "suppressed": ""}
EMPTY = ExportDataset("Shortlist", "2026-11-22", [], [], [])
TEXTS = ["Ada Vell", "", "a\nb", "ü" * 9_000, '"quoted", with # and {braces}', "# x\n\nAs of yesterday"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", exports.FORMATS)
def test_an_export_is_known_again(tmp_path: Path, kind: str, text: str) -> None:
    for bundle in (made(text), EMPTY):
        content = exports.FORMATS[kind].write(bundle)
        (tmp_path / "a").write_bytes(content)
        assert export_detection.is_export(tmp_path / "a") or not content


@pytest.mark.parametrize(
    "content",
    [
        subject_access.subject_access_markdown(HELD).encode(),
        format_json(HELD).encode(),
        format_json({**HELD, "asked": "ü" * 500}).encode(),
        atom.render_atom_feed([]),
        digest.render_digest_markdown(digest.build_digest([], DAY)).encode(),
        digest.render_digest_html(digest.build_digest([], DAY)).encode(),
    ],
)
def test_reports_feeds_and_digests_are_known_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert export_detection.is_export(tmp_path / "a")
    exports.save_export(tmp_path / "a", content, force=True, home=tmp_path / "home")


@pytest.mark.parametrize("subject", ["On newts", "ü" * 300, ""])
def test_a_letter_is_known_again(tmp_path: Path, subject: str) -> None:
    letter = letter_drafts.Letter(
        **dict.fromkeys(letter_drafts.Letter.__annotations__, "") | {"subject": subject, "body": "x"}
    )
    (tmp_path / "a").write_bytes(letter_drafts.letter_to_eml(letter))
    assert export_detection.is_export(tmp_path / "a")
