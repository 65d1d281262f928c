-- What offices set for what indicators measure: for every concept, unit and end of the target, by name, year, region,
-- level and category of project. An office counts once, with the middle one of its targets; quartiles are values that
-- offices have set (nearest rank) and stand only where there are five offices or more: fewer are shown one by one.
WITH sets AS MATERIALIZED (
  SELECT *, concept || '#' || bound || '/' || unit || '/' || scope || '/' || called AS key FROM reference_rows
  WHERE concept IN (SELECT concept FROM stale)
), own AS (
  SELECT key, department, value, target_text,
    row_number() OVER (PARTITION BY key, department ORDER BY value, target_text) AS place,
    count(*) OVER (PARTITION BY key, department) AS number
  FROM sets
), offices AS (
  SELECT key, department, value, target_text, row_number() OVER (PARTITION BY key ORDER BY value, department) AS place,
    count(*) OVER (PARTITION BY key) AS number
  FROM own WHERE place = (number + 1) / 2
), spread AS (
  SELECT key, number, max(iif(place = (number + 3) / 4, value, NULL)) AS first,
    max(iif(place = (number + 1) / 2, value, NULL)) AS middle, max(iif(place = (3 * number + 3) / 4, value, NULL)) AS third,
    group_concat(department || '：' || target_text, char(10)) AS cases
  FROM offices GROUP BY key
), named AS (
  SELECT key, group_concat(level3, char(10)) AS names FROM (
    SELECT key, level3, row_number() OVER (PARTITION BY key ORDER BY count(*) DESC, level3) AS place
    FROM sets GROUP BY key, level3
  ) WHERE place <= 12 GROUP BY key
), compared AS (
  SELECT key, group_concat(comparator, char(10)) AS comparators FROM (
    SELECT key, comparator FROM sets WHERE comparator IS NOT NULL GROUP BY key, comparator ORDER BY key, count(*) DESC
  ) GROUP BY key
), counted AS (
  SELECT key, concept, unit, bound, scope, called, count(*) AS rows, count(DISTINCT document) AS documents,
    min(value) AS lowest, max(value) AS highest
  FROM sets GROUP BY key
)
-- joined as it stands: the planner knows nothing of what is worked out, and pairs every figure with every other
SELECT concept, unit, bound, scope, called, names, comparators, number, rows, documents,
  lowest, iif(number >= 5, first, NULL), iif(number >= 5, middle, NULL), iif(number >= 5, third, NULL),
  highest, iif(number < 5, cases, NULL), key
FROM counted LEFT JOIN spread USING (key) LEFT JOIN named USING (key) LEFT JOIN compared USING (key)
