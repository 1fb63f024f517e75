"""The checker of annotations at run time: an integer is right where a float is asked for (PEP 484).

The package imports jaxtyping for type checkers only, as it runs where that library is not installed. Here the names
are builtins, so that the annotations of a module can be evaluated while its functions are being defined.
"""

from __future__ import annotations

import builtins

import jaxtyping
from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))

for _name in ("Bool", "Float", "Float64", "Int", "Int64", "Shaped"):
    setattr(builtins, _name, getattr(jaxtyping, _name))
