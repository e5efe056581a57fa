"""From sources and files into the store: collect, crawl boards, import, and check sources."""
