-- One indicator of one project and year: the target of the approved form, and a lower one in the self-evaluation.
SELECT held.focus, done.year, held.label AS item, held.targetText AS one, done.targetText AS other, held.row, done.row AS other_row,
  held.document, done.document AS other_document
FROM targets done CROSS JOIN targets held
  ON held.focus = done.focus AND held.class = 'Indicator' AND held.year = done.year AND held.measure = done.measure
  AND held.unitText = done.unitText AND held.comparator = done.comparator
WHERE done.live AND held.live AND done.project IS NOT NULL AND done.formKind = 'form-project-self-evaluation'
  AND held.formKind IN ('form-project-application', 'form-project-target-summary') AND held.period = 'period-annual'
  AND CASE WHEN done.ceiling THEN done.upperBound > held.upperBound ELSE done.lowerBound < held.lowerBound END
