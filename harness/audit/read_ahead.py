"""Imported in the process of which mutants are forked: what each would else import and read."""

import gc

from harness import suite

suite.read_ahead(suite.default_features())
gc.freeze()
