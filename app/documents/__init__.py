"""Documents to pass on: one content, as Word, PDF and a page that needs nothing from outside."""
