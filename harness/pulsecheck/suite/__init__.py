"""A suite: feature files, the catalogue of requirements, step definitions, and validation."""
