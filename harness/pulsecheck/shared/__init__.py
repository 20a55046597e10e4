"""Small modules that several packages use, and that depend on none of these packages."""
