"""Dated data and its loaders: units, taxonomy, outlets; no I/O but reading the files that ship beside it."""
