"""Imported once by the fork server, so that mutants inherit the imports and the parsed features."""

import gc

from pulsecheck.runner.run import preload
from pulsecheck.suite import feature_files

preload(feature_files.default_features())
gc.freeze()  # a collection in a fork would copy the memory that it shares with the fork server
