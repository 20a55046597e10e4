"""Imported in the process of which mutants are forked: what each would else import and read."""

import gc

from pulsecheck.runner.run import preload
from pulsecheck.suite import feature_files

preload(feature_files.default_features())
gc.freeze()
