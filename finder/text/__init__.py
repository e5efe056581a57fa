"""Text: names, HTML, redaction, and what may be shown."""
