-- One floor of one project, lower than the year before though its yearly money is not; a form with a column for each of
-- several years does not say the money of each.
SELECT now.focus, now.year, now.label AS item, old.targetText AS one, now.targetText AS other, old.row, now.row AS other_row,
  old.document, now.document AS other_document
FROM targets now CROSS JOIN years ON years.focus = now.focus
CROSS JOIN targets old ON old.focus = years.earlier AND old.class = 'Indicator' AND old.year = now.year - 1
  AND old.measure = now.measure AND old.unitText = now.unitText AND old.formKind = now.formKind
WHERE now.live AND old.live AND now.plan != old.plan AND now.period = 'period-annual' AND old.period = 'period-annual'
  AND now.formKind IN ('form-project-application', 'form-project-target-summary')
  AND now.comparator = '≥' AND old.comparator = '≥' AND now.lowerBound < old.lowerBound
  AND EXISTS (
    SELECT 1 FROM money given CROSS JOIN money spent ON spent.focus = old.focus AND spent.document = old.document
    WHERE given.focus = now.focus AND given.document = now.document AND given.amount + 0 >= spent.amount + 0)
