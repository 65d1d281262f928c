"""One thing, one node: departments, projects, regions, indicator concepts."""

from jixiao.linking.linking import link

__all__ = ["link"]
