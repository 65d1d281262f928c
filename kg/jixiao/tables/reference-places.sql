-- The order of reference figures: over all scopes first, then what most offices set.
UPDATE "reference-indicators" SET place = wanted FROM (
  SELECT id AS row, row_number() OVER (ORDER BY scope <> 'all', offices DESC, concept, unit, bound, scope, called) AS wanted
  FROM "reference-indicators"
) WHERE id = row AND place <> wanted
