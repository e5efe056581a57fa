"""Parts of the source ``dblp``: its questions."""
