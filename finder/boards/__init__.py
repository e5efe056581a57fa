"""Job-board platforms, one file each; :func:`finder.source.discover_sources` finds them.

A board is asked for as ``board:<platform>/<token>``: it is the ``note`` of each of its replies, from which ``parse``
knows whose postings it reads. What a token is, each module says.
"""
