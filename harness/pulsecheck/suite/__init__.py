"""Feature files, the catalogue of requirements, and the checks of a suite before it runs."""
