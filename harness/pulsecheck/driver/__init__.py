"""The seam to the implementation under test: protocol, transports, diagnosis."""
