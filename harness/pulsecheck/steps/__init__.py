"""The sentences of the features. Each translates into calls on the world and decides nothing."""
