"""`python -m ohif_setup` is `ohif-setup`."""

import sys

from ohif_setup.cli import main

if __name__ == "__main__":
    sys.exit(main())
