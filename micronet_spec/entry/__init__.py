"""One entry as rules see it, and the files beside its manifest."""
