"""Persons' names in the folded texts of one document, told apart by role; officials and public figures are left out."""

from libs.privacy.names.finding import find_names

__all__ = ["find_names"]
