"""The one text base: folding, numerals, dates, names and the words of the code lists."""
