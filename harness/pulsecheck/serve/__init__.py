"""`pulsecheck serve`: a mock server with a log, a control interface and a control page."""
