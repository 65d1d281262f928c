"""Graph to the published tables (``jixiao table NAME``, ``/api/v1/NAME``): one SPARQL file a table."""
