"""`python -m tongshang`."""

import sys

from tongshang.cli import main

if __name__ == "__main__":
    sys.exit(main())
