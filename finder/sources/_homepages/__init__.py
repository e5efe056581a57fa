"""Reading somebody's homepage: its visible blocks, whose page it is, and what it says, sentence by sentence."""
