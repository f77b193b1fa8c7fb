"""Does anything that identifies a person stay anywhere? Canaries in at every entrance, every place searched."""
