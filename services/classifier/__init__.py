"""The classifier: what an item is about, how bad it is, and which story it belongs to."""
