"""What holds for every test: none may spend money, whatever key the person has."""

import os

for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
    del os.environ[name]
