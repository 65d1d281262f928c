-- One indicator with one large count as its target in just two projects, of two offices.
SELECT other.focus, other.year, other.label AS item, first.name AS one, names.name AS other, one.row, other.row AS other_row,
  one.document, other.document AS other_document
FROM counted CROSS JOIN facts one ON one.node = counted.node CROSS JOIN facts other ON other.label = one.label AND other.targetText = one.targetText
JOIN names first ON first.focus = one.focus
JOIN names ON names.focus = other.focus
WHERE one.live AND other.live AND other.node IN counted
  AND one.project < other.project AND one.department != other.department AND other.year IS NOT NULL
