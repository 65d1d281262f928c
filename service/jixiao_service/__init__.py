"""Answer over HTTP: SPARQL, REST, exports and pages."""
