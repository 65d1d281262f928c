"""Keep what persons decide on what was read: corrections, rows that are none, and how findings were dealt with."""
