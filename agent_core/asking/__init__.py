"""What is done around a call to Claude, and needs no SDK: fences, judging the answer, failures."""
