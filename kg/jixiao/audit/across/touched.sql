-- The projects of the offices that a change touches, and those of other years that are the same.
WITH RECURSIVE found (focus) AS (
  SELECT focus FROM touched UNION SELECT years.earlier FROM found JOIN years ON years.focus = found.focus
)
SELECT focus FROM found
