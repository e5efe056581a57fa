"""Parts of the source ``openreview``: what its notes and profiles mean."""
