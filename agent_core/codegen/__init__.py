"""From a plan to one self-contained script."""
