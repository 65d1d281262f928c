"""Read SPARQL text: what a query or update does, and where it is wrong."""
