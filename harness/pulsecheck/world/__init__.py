"""What a scenario's sentences act on: a project, the implementation that runs it, its servers."""
