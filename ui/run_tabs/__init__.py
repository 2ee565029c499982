"""The parts of a run's page. A tab asks only for what it shows, once it is opened."""
