"""`python -m bot <verb>`."""

import sys

from bot.cli import main

sys.exit(main())
