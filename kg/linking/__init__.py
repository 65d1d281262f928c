"""One thing, one node: departments, projects, regions, indicator concepts."""
