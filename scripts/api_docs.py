"""Writes the API page from the docstrings: one folder of HTML that needs no server.

    python scripts/api_docs.py [FOLDER]        # build/api by default; open its index.html

It needs pdoc, which envs/test.txt installs. A public name that cannot be documented is an error.
"""

from __future__ import annotations

import dataclasses
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import pdoc

import mtadgat
from mtadgat.config.parameter import declared


def main(folder: Path) -> None:
    """Write the page of every public name into a folder."""
    # The package imports its names when they are asked for; pdoc looks at those that are there.
    vars(mtadgat).update({name: getattr(mtadgat, name) for name in mtadgat.__all__})
    for name in mtadgat.__all__:
        if name.endswith("Config"):
            _describe(getattr(mtadgat, name))
    warnings.filterwarnings("error", "Found .* does not resolve")
    warnings.filterwarnings("ignore", "Error parsing type annotation")  # shown as it is written
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc("mtadgat", output_directory=folder)
    print(folder / "index.html")


def _describe(config: type) -> None:
    """Add the help of each parameter to the docstring of its configuration."""
    own = {field.name for field in dataclasses.fields(config)}
    helps = [f"    {name}: {entry.parameter.help}" for name, entry in declared(config).items() if name in own]
    if helps:
        config.__doc__ = "\n".join([f"{config.__doc__}", "", "Args:", *helps])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/api"))
