"""What the pages draw with: the parts that more than one of them needs."""
