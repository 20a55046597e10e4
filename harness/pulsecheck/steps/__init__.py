"""Step definitions: each sentence of the features calls methods of the world."""
