"""alerts: stories in, warnings out, and the people called until one of them answers."""
