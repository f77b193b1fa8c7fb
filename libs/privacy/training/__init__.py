"""How the names model is made: sentences, perturbations, training."""
