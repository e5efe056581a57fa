"""Parts of the source ``openalex``: what its answers look like, what they mean, and what to ask."""
