-- The totals of departments, each printed row of them: the same kind of table of two documents may print another one.
SELECT one.department AS focus, one.year, one.itemText AS item,
  one.amount AS one, other.amount AS other, one.row, other.row AS other_row, one.document, other.document AS other_document
FROM totals one CROSS JOIN totals other
  ON other.department = one.department AND other.year = one.year AND other.itemText = one.itemText
  AND other.tableKind = one.tableKind AND other.columnText = one.columnText AND other.document > one.document
WHERE apart(one.amount, other.amount) > 100
