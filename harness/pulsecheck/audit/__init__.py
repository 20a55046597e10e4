"""Whether a suite finds what it is there to find: facts, their scenarios, and what these kill."""
