"""Import modules and parse features in the fork server, so that each fork inherits the results."""

import gc

from pulsecheck.runner.run import preload
from pulsecheck.suite import feature_files

preload(feature_files.default_features())
# Exclude all objects from garbage collection. A collection in a fork would copy the memory that the
# fork shares with the fork server.
gc.freeze()
