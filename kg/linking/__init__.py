"""One thing, one node: departments, projects, regions, indicator concepts."""

from kg.linking.linking import link

__all__ = ["link"]
