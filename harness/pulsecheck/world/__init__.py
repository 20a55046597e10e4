"""The world of a scenario: its project, the implementation that runs it, its servers."""
