"""Trained models read and used: hashed n-grams, word vectors and the rules' findings in, scores out."""
