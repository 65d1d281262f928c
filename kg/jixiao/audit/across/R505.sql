-- The names of projects with a code, each printed row of them: two documents may print another name for one code.
SELECT one.focus, one.year, NULL AS item, one.label AS one, other.label AS other, one.row, other.row AS other_row,
  one.document, other.document AS other_document
FROM facts one CROSS JOIN facts other ON other.focus = one.focus AND other.class = one.class AND other.document > one.document
JOIN names code ON code.focus = one.focus
WHERE one.live AND other.live AND one.class = 'ProjectPlan' AND code.code IS NOT NULL AND folded(one.label) != folded(other.label)
