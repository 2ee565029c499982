"""What a new run is made of before it is handed in; no page and no route in it."""
