"""Answers as text: tables, cards, Markdown, CSV and JSON."""
