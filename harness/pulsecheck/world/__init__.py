"""The world of a scenario: the project, the implementation that runs the project, the servers."""
