"""Where the graph lives: embedded (pyoxigraph on disk) or any SPARQL 1.1 endpoint."""
