"""Run the command line as ``python -m jixiao``."""

from jixiao.cli import main

main()
