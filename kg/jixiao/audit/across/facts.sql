-- What the documents that are compared say, a row for each plan, indicator, line of money and figure. `live` is false for
-- what was read from a version that is replaced, or from a copy.
CREATE TABLE facts (
  node TEXT PRIMARY KEY, document TEXT, live INTEGER, class TEXT, plan TEXT, row TEXT, focus TEXT, project TEXT, department TEXT, year TEXT,
  label TEXT, targetText TEXT, unitText TEXT, comparator TEXT, lowerBound REAL, upperBound REAL, weight TEXT, measure TEXT,
  formKind TEXT, period TEXT, fund TEXT, amount TEXT, initial TEXT, itemText TEXT, columnText TEXT, tableKind TEXT, isTotal TEXT);
CREATE TABLE documents (document TEXT, file TEXT, office TEXT, older TEXT);
CREATE TABLE names (focus TEXT PRIMARY KEY, name TEXT, code TEXT);
CREATE TABLE years (focus TEXT, earlier TEXT);
CREATE INDEX years_focus ON years (focus);
CREATE TABLE touched (focus TEXT PRIMARY KEY);
-- what has one large count as its target in just two projects
CREATE TABLE counted (node TEXT PRIMARY KEY);
CREATE INDEX facts_label ON facts (label, targetText);
CREATE INDEX facts_focus ON facts (focus, class, year);
CREATE INDEX facts_document ON facts (document, label);
CREATE INDEX facts_items ON facts (document, itemText);
CREATE INDEX facts_plan ON facts (plan, label);
CREATE VIEW targets AS SELECT *, comparator IN ('≤', '<') AS ceiling FROM facts WHERE class = 'Indicator' AND targetText IS NOT NULL;
CREATE VIEW money AS
  SELECT *, coalesce(amount, initial) AS value FROM facts
  WHERE live AND class = 'FundLine' AND fund = 'fund-total' AND period = 'period-annual';
CREATE VIEW versions AS
  SELECT DISTINCT document AS other_document, older AS document, office FROM documents WHERE older IS NOT NULL;
CREATE VIEW totals AS SELECT * FROM facts WHERE live AND class = 'BudgetFigure' AND isTotal = 'true' AND year IS NOT NULL;
CREATE INDEX facts_department ON facts (department, isTotal, itemText);
