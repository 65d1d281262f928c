-- The target form of one project, every indicator and target as in the year before.
SELECT now.focus, now.year, (SELECT count(*) FROM targets held WHERE held.plan = now.node) AS item, old.year AS one, now.year AS other,
  old.row, now.row AS other_row, old.document, now.document AS other_document
FROM facts now CROSS JOIN years ON years.focus = now.focus
CROSS JOIN facts old ON old.focus = years.earlier AND old.class = now.class AND old.year = now.year - 1 AND old.formKind = now.formKind
WHERE now.live AND old.live AND now.class = 'ProjectPlan' AND now.formKind = 'form-project-application'
  AND (SELECT count(*) >= 5 AND sum(held.targetText != '100%') >= 3 FROM targets held WHERE held.plan = now.node)
  AND NOT EXISTS (
    SELECT 1 FROM targets held WHERE held.plan = now.node AND NOT EXISTS (
      SELECT 1 FROM targets same WHERE same.plan = old.node AND same.label = held.label AND same.targetText = held.targetText))
