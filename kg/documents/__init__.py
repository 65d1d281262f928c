"""Bytes to Document: prose blocks and tables whose cells keep their place."""
