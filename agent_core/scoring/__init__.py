"""What a trial is worth, computed by the host alone."""
