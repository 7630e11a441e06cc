"""python -m symact is the symact command."""

import sys

from .cli import main

sys.exit(main())
