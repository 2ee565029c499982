"""Code that ends up in notebooks. Each module is one cell, so it needs nothing of ours."""
