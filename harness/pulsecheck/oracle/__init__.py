"""The oracle: the documented facts as invariants over a timeline. Pure: no I/O and no clock."""
