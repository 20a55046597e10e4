"""Records of a run, known failures, and verdicts."""
