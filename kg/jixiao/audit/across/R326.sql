-- One amount of money in a document and in a version before it: of a plan, or of a row of a budget table.
SELECT now.focus, office, now.year, now.label AS item, was.amount AS one, now.amount AS other, was.row, now.row AS other_row,
  versions.document, versions.other_document
FROM versions CROSS JOIN facts now ON now.document = other_document
CROSS JOIN facts was ON was.document = versions.document AND was.label = now.label AND was.focus = now.focus
  AND was.fund = now.fund AND was.formKind = now.formKind AND was.period = now.period
WHERE now.live AND NOT was.live AND now.class = 'FundLine' AND apart(was.amount, now.amount) > 0
  AND NOT EXISTS (
    SELECT 1 FROM facts same
    WHERE same.document = versions.document AND NOT same.live AND same.label = now.label AND same.fund = now.fund
      AND apart(same.amount, now.amount) = 0)
UNION ALL
SELECT now.focus, office, now.year, now.itemText, was.amount, now.amount, was.row, now.row, versions.document, versions.other_document
FROM versions CROSS JOIN facts now ON now.document = other_document
CROSS JOIN facts was ON was.document = versions.document AND was.itemText = now.itemText AND was.focus = now.focus
  AND was.columnText = now.columnText AND was.tableKind = now.tableKind
WHERE now.live AND NOT was.live AND now.class = 'BudgetFigure' AND apart(was.amount, now.amount) > 0
  AND NOT EXISTS (
    SELECT 1 FROM facts same
    WHERE same.document = versions.document AND NOT same.live AND same.itemText = now.itemText AND same.columnText = now.columnText
      AND apart(same.amount, now.amount) = 0)
