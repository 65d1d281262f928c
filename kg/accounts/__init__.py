"""Money tables (收支总表 … 三公经费) to amounts."""
