"""Shared libraries of the Pasopati services."""
