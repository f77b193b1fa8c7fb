"""`make bench`: what a hop costs beside a raw relay, and what the whole chain carries on two cores."""
