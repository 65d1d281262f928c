-- The yearly money of projects, each printed row of it: two documents may print another sum for one project and year.
SELECT one.focus, one.year, NULL AS item, one.value AS one, other.value AS other, one.row, other.row AS other_row,
  one.document, other.document AS other_document
FROM money one CROSS JOIN money other ON other.focus = one.focus AND other.year = one.year AND other.document > one.document
WHERE one.project IS NOT NULL AND other.project IS NOT NULL AND apart(one.value, other.value) > 50
