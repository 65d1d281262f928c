-- One indicator in a document and in a version before it, whose target is lower now, or its limit higher.
SELECT now.focus, office, now.year, now.label AS item, was.targetText AS one, now.targetText AS other, was.row, now.row AS other_row,
  versions.document, versions.other_document
FROM versions CROSS JOIN targets now ON now.document = other_document
CROSS JOIN targets was ON was.document = versions.document AND was.label = now.label AND was.focus = now.focus
  AND was.formKind = now.formKind AND was.period = now.period AND was.unitText = now.unitText
WHERE now.live AND NOT was.live
  AND CASE WHEN now.ceiling THEN now.upperBound > was.upperBound ELSE now.lowerBound < was.lowerBound END
  AND NOT EXISTS (
    SELECT 1 FROM targets same
    WHERE same.document = versions.document AND NOT same.live AND same.label = now.label AND same.targetText = now.targetText)
