"""Feature files, the catalogue of requirements, step definitions, and validation of a suite."""
