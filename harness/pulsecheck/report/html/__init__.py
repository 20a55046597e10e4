"""Reports as single files of HTML, which open offline."""
