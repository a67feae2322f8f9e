"""The oracle and the visits know each other."""

import sys
from pathlib import Path

for name in ("oracle", "visits"):
    sys.path.append(str(Path(__file__).parent.parent / name))
