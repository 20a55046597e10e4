"""`pulsecheck serve`: a mock server for a person, with a log, a control interface and a page."""
