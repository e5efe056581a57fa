"""Where each claim comes from: a table of claims with source, date and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from finder.rank.explain import safe


def table(claims: Sequence[Mapping[str, Any]], key: str) -> None:
    """All claims of a card; only pages of the web become links."""
    frame = pl.DataFrame([{**claim, "url": safe(claim["url"])} for claim in claims], infer_schema_length=None)
    config = st.column_config
    columns = {
        "claim": config.TextColumn("Claim", width="large"),
        "source": config.TextColumn("Source"),
        "date": config.TextColumn("Date", width=90),
        "url": config.LinkColumn("Page", display_text="open", width=70),
    }
    st.dataframe(frame, key=key, hide_index=True, column_config=columns, lazy=False)
