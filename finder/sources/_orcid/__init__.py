"""Parts of the source ``orcid``: what its answers look like, and what they mean."""
