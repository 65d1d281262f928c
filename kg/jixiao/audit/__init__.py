"""SHACL run and the few Python rules, as findings."""
