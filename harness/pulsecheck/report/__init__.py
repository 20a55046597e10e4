"""Reports of a run: for people (terminal), for programs (JSON), for build servers (JUnit XML)."""
