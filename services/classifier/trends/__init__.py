"""Series of counts over what is relevant, what is to be expected of them, and when they leave it."""
