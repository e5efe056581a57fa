"""Watches: saved wishes that are refreshed, what each of them saw, what changed since, and where it is told."""
