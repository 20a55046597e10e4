"""Generated sequences: what a user can do with nodes and servers, in the sentences of the suite."""
