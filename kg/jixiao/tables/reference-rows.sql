-- The rows that reference figures stand on, once for each figure: a concept's targets of one unit and end in all, and by
-- name, year, region, level and category of project. The value is the target's lower bound, else its upper one.
CREATE VIEW reference_rows AS
SELECT scope, CASE scope
    WHEN 'all' THEN '' WHEN 'name' THEN level3 WHEN 'year' THEN CAST(i.fiscal_year AS TEXT)
    WHEN 'region' THEN substr(i.region_code, 1, 4) || '00' WHEN 'level' THEN d.region_kind ELSE
      (SELECT p.category FROM projects p WHERE p.document = i.document AND p.name = i.project) END AS called,
  i.id, i.concept, i.unit, iif(i.lower IS NULL, 'upper', 'lower') AS bound, coalesce(i.lower, i.upper) AS value,
  i.comparator, i.target_text, i.level3, i.department, i.document
FROM indicators i JOIN departments d ON d.name = i.department
  CROSS JOIN (SELECT 'all' AS scope UNION ALL VALUES ('name'), ('year'), ('region'), ('level'), ('category'))
WHERE i.concept IS NOT NULL AND i.unit IS NOT NULL AND coalesce(i.lower, i.upper) IS NOT NULL
  AND i.confidence >= 0.9 AND i.period = 'annual' AND called IS NOT NULL
