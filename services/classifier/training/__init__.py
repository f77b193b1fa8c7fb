"""What the classifier's models are made from, and how: `make train`."""
