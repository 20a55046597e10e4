"""Reports as HTML files that work offline."""
