-- The rows that reference figures stand on, once for each figure: a concept's targets of one unit and end in all, and by
-- name, year, region, level and category of project. The value is the target's lower bound, else its upper one.
CREATE VIEW reference_rows AS
WITH used AS (
  SELECT i.id, i.concept, i.unit, iif(i.lower IS NULL, 'upper', 'lower') AS bound, coalesce(i.lower, i.upper) AS value,
    i.comparator, i.target_text, i.level3, i.department, i.document, i.fiscal_year, i.region_code, d.region_kind,
    (SELECT p.category FROM projects p WHERE p.document = i.document AND p.name = i.project) AS category
  FROM indicators i JOIN departments d ON d.name = i.department
  WHERE i.concept IS NOT NULL AND i.unit IS NOT NULL AND coalesce(i.lower, i.upper) IS NOT NULL
    AND i.confidence >= 0.9 AND i.period = 'annual'
)
SELECT 'all' AS scope, '' AS called, * FROM used
UNION ALL SELECT 'name', level3, * FROM used
UNION ALL SELECT 'year', CAST(fiscal_year AS TEXT), * FROM used WHERE fiscal_year IS NOT NULL
UNION ALL SELECT 'region', substr(region_code, 1, 4) || '00', * FROM used WHERE region_code IS NOT NULL
UNION ALL SELECT 'level', region_kind, * FROM used WHERE region_kind IS NOT NULL
UNION ALL SELECT 'category', category, * FROM used WHERE category IS NOT NULL
