"""What ``paperlists`` is made of: its files, the authors in a record, and their posts."""
