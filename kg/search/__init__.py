"""Search over names and texts of the graph."""
