"""Reports of a run: terminal, JSON, JUnit XML, HTML, Markdown, Cucumber Messages, badge."""
