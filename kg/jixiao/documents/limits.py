"""Bounds on what a reader accepts, so that a hostile file costs bounded memory and time."""

from __future__ import annotations

MAX_FILE_BYTES = 200 * 1024 * 1024
"""Size of a file on disk."""

MAX_TEXT_BYTES = 30 * 1024 * 1024
"""Size of a text file or a web page; unpacked, it takes fifty times as much (a year's budget book has 3 MB)."""

MAX_PART_BYTES = 300 * 1024 * 1024
"""Inflated size of one part of a zip container, or of one font of a PDF."""

MAX_PDF_STREAM_BYTES = 48 * 1024 * 1024
"""Inflated size of one stream of a PDF that is neither a picture nor a font (a crowded page has 2 MB)."""

CHUNK_BYTES = 1 << 16
"""Bytes inflated at a time."""

MAX_ARCHIVE_BYTES = 600 * 1024 * 1024
"""Inflated size of all parts of a file that are read."""

MAX_INFLATION = 400
"""Inflated size of a part over its packed size, where the part is larger than FREE_BYTES (a 50,000-row sheet: 15)."""

FREE_BYTES = 20 * 1024 * 1024
"""Parts up to this inflated size are read whatever their ratio."""

MAX_ARCHIVE_MEMBERS = 20_000
"""Members of a zip container (a Word file with 5,000 pictures stays below)."""

MAX_PAGES = 3_000
"""Pages of a PDF."""

MAX_PAGE_GLYPHS = 60_000
"""Characters of one PDF page (a dense table page has 5,000)."""

MAX_PAGE_SEGMENTS = 60_000
"""Line segments of one PDF page that are looked at as possible table rules; maps and drawings have more."""

MAX_FORM_DEPTH = 8
"""Nesting of form objects on a PDF page."""

MAX_SECONDS = 120.0
"""Processor time for one document, from its bytes to its findings …"""

SECONDS_A_MEGABYTE = 60.0
"""… and more for each megabyte of its text."""

MAX_CONVERSION_SECONDS = 120.0
"""Time for LibreOffice to convert one document."""

OTHER_PROGRAMS = True
"""Whether converters and recognisers may be called; what reads files for strangers sets it to False."""

MAX_SHEETS = 2_000
"""Sheets of a workbook."""

MAX_SHEET_ROWS = 400_000
"""Filled rows of one sheet."""

MAX_SHEET_COLUMNS = 400
"""Columns of one sheet; filled cells further right become a note."""

MAX_DOCUMENT_CELLS = 6_000_000
"""Cells of all tables of a document."""

MAX_TABLE_DEPTH = 30
"""Tables within tables; what lies deeper is read as plain text."""

MAX_PART_DEPTH = 3
"""Documents within documents (altChunk, web archives)."""

MAX_SPAN = 1_000
"""Rows or columns one cell of an HTML table may claim to span (as browsers limit it)."""

MAX_RUN = 500
"""Blanks, or digits, numerals and marks, with nothing else between them; no figure is so long."""

KEPT_RUN = 200
"""Signs of a longer run that are kept."""

MAX_TABLE_COLUMNS = 128
"""Columns of a table that are read; what columns mean is weighed with their neighbours (a budget table has 40)."""
