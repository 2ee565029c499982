"""From what a person typed to a competition, and everything that would stop its run."""
