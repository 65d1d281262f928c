-- Of which concepts the reference figures, and of which offices the coverage has to be worked out again: those of every row
-- that they may stand on.
CREATE TABLE stale (concept TEXT PRIMARY KEY) WITHOUT ROWID

CREATE TRIGGER indicators_come AFTER INSERT ON indicators WHEN NEW.concept IS NOT NULL
BEGIN INSERT OR IGNORE INTO stale VALUES (NEW.concept); END

CREATE TRIGGER indicators_go AFTER DELETE ON indicators WHEN OLD.concept IS NOT NULL
BEGIN INSERT OR IGNORE INTO stale VALUES (OLD.concept); END

CREATE TRIGGER projects_come AFTER INSERT ON projects
BEGIN
  INSERT OR IGNORE INTO stale SELECT DISTINCT concept FROM indicators
    WHERE document = NEW.document AND project = NEW.name AND concept IS NOT NULL;
END

CREATE TRIGGER projects_go AFTER DELETE ON projects
BEGIN
  INSERT OR IGNORE INTO stale SELECT DISTINCT concept FROM indicators
    WHERE document = OLD.document AND project = OLD.name AND concept IS NOT NULL;
END

CREATE TRIGGER departments_come AFTER INSERT ON departments
BEGIN
  INSERT OR IGNORE INTO stale SELECT DISTINCT concept FROM indicators
    WHERE department = NEW.name AND concept IS NOT NULL;
END

CREATE TRIGGER departments_go AFTER DELETE ON departments
BEGIN
  INSERT OR IGNORE INTO stale SELECT DISTINCT concept FROM indicators
    WHERE department = OLD.name AND concept IS NOT NULL;
END

CREATE TABLE moved (department TEXT PRIMARY KEY) WITHOUT ROWID

CREATE TRIGGER indicators_come_to_offices AFTER INSERT ON indicators WHEN NEW.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (NEW.department); END

CREATE TRIGGER indicators_go_to_offices AFTER DELETE ON indicators WHEN OLD.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (OLD.department); END

CREATE TRIGGER evaluations_come_to_offices AFTER INSERT ON evaluations WHEN NEW.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (NEW.department); END

CREATE TRIGGER evaluations_go_to_offices AFTER DELETE ON evaluations WHEN OLD.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (OLD.department); END

CREATE TRIGGER documents_come_to_offices AFTER INSERT ON documents WHEN NEW.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (NEW.department); END

CREATE TRIGGER documents_go_to_offices AFTER DELETE ON documents WHEN OLD.department IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (OLD.department); END

CREATE TRIGGER departments_come_to_offices AFTER INSERT ON departments WHEN NEW.name IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (NEW.name); END

CREATE TRIGGER departments_go_to_offices AFTER DELETE ON departments WHEN OLD.name IS NOT NULL
BEGIN INSERT OR IGNORE INTO moved VALUES (OLD.name); END

CREATE TRIGGER amounts_come_to_offices AFTER INSERT ON amounts
BEGIN INSERT OR IGNORE INTO moved SELECT department FROM documents WHERE document = NEW.document AND department IS NOT NULL; END

CREATE TRIGGER amounts_go_to_offices AFTER DELETE ON amounts
BEGIN INSERT OR IGNORE INTO moved SELECT department FROM documents WHERE document = OLD.document AND department IS NOT NULL; END
