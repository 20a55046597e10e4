"""Engine.IO, version 4 of the protocol."""
