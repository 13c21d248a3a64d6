"""Bringing the data of the earlier platform here: its rows are read, never changed, and converted or refused by name.

`cells` reads what stands in a cell, `tables` is the list of what is imported, which each app fills in its own
`legacy.py`, `source` reads rows, `importing` walks. Nothing remembers how far a run came: rows that are there
already, equal to the last digit, are passed over, so a run that was cut off is run again, and so is one whose source
was mended.
"""
