"""Kills everything everywhere, and compares what went in with what came out."""
