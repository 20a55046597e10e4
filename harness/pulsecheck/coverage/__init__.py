"""What of the specification a run has exercised: facts, scenarios, sentences and sockets."""
