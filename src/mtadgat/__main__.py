"""``python -m mtadgat``"""

from mtadgat.cli import main

main(prog_name="mtadgat")
