-- Of which concepts the reference figures have to be worked out again: those of every row that they may stand on.
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
