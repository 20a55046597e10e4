"""Driver skeletons: they implement the driver protocol, and their nodes do nothing yet."""
