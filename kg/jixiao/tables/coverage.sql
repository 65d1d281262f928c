-- Which office has which kind of document or form for which year, in documents of this store; an office and year a row.
-- Worked out again are offices of which something changed (`moved`).
-- A kind is missing where the one it answers to is there: targets and self-evaluation, budget and final accounts.
WITH held AS (
  SELECT department, fiscal_year, document, 'monitoring' AS kind FROM indicators
    WHERE department IN moved AND form = 'project-monitoring'
  UNION SELECT department, fiscal_year, document, 'targets' FROM indicators
    WHERE department IN moved AND form IN ('department-target', 'project-target-summary', 'project-application')
  UNION SELECT department, fiscal_year, document, 'self-evaluation' FROM indicators
    WHERE department IN moved AND form LIKE '%-self-evaluation'
  UNION SELECT department, fiscal_year, document, 'self-evaluation' FROM evaluations WHERE department IN moved
  UNION SELECT department, fiscal_year, document, kind FROM documents
    WHERE department IN moved AND kind IN ('approval', 'budget', 'final-accounts')
  UNION SELECT department, fiscal_year, document, 'document' FROM documents WHERE department IN moved
  UNION SELECT department, fiscal_year, document, 'unread' FROM documents d
    WHERE department IN moved AND rows = 0 AND NOT EXISTS (SELECT 1 FROM amounts a WHERE a.document = d.document)
), counted AS (
  SELECT department, fiscal_year, count(DISTINCT document) AS documents,
    sum(kind = 'targets') AS targets, sum(kind = 'monitoring') AS monitoring,
    sum(kind = 'self-evaluation') AS self_evaluation, sum(kind = 'approval') AS approval, sum(kind = 'budget') AS budget,
    sum(kind = 'final-accounts') AS final_accounts, sum(kind = 'unread') AS unread
  FROM held GROUP BY department, fiscal_year
)
SELECT department, fiscal_year, c.documents, targets, monitoring, self_evaluation, approval, budget, final_accounts, unread,
  trim(iif(self_evaluation AND NOT targets, 'targets' || char(10), '')
    || iif(targets AND NOT self_evaluation, 'self-evaluation' || char(10), '')
    || iif(final_accounts AND NOT budget, 'budget' || char(10), '')
    || iif(budget AND NOT final_accounts, 'final-accounts', ''), char(10)),
  region_code, d.iri || '#' || ifnull(fiscal_year, 'null')
FROM counted c JOIN departments d ON d.name = c.department ORDER BY department, fiscal_year
