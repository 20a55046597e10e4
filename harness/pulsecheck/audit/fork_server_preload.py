"""Imported once by the fork server, so that mutants inherit the imports and the parsed features."""

import gc

from pulsecheck.runner.run import preload
from pulsecheck.suite import feature_files

preload(feature_files.default_features())
# A garbage collection in a fork would copy the memory that the fork shares with its server.
gc.freeze()
