-- One indicator in a document and in a version before it, with another weight.
SELECT now.focus, office, now.year, now.label AS item, was.weight AS one, now.weight AS other, was.row, now.row AS other_row,
  versions.document, versions.other_document
FROM versions CROSS JOIN facts now ON now.document = other_document
CROSS JOIN facts was ON was.document = versions.document AND was.label = now.label AND was.focus = now.focus
  AND was.formKind = now.formKind AND was.period = now.period
WHERE now.live AND NOT was.live AND now.class = 'Indicator' AND was.weight + 0 != now.weight + 0
  AND NOT EXISTS (
    SELECT 1 FROM facts same
    WHERE same.document = versions.document AND NOT same.live AND same.label = now.label AND same.weight + 0 = now.weight + 0)
