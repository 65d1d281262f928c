"""Bring a store of version 0.1 into the present one."""
