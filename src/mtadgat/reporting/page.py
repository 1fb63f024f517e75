"""Page: one HTML file that carries everything it needs and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from mtadgat.atomic_file import atomic_file
from mtadgat.reporting.baseline_tables import signed
from mtadgat.reporting.palette import DARK, LIGHT, RUNS, RUNS_DARK

LIBRARY = ("uplot/uPlot.iife.min.js",)
STYLES = ("uplot/uPlot.min.css", "page.css")


def write_page(path: Path, template: str, scripts: Sequence[str], context: Mapping[str, object], data: object) -> None:
    """Render a template and write the page whole or not at all.

    Args:
        path: the HTML file to write.
        template: name of the template among the assets.
        scripts: names of our scripts among the assets, in the order in which they run.
        context: values for the template; strings are escaped.
        data: plain content for the scripts, embedded as JSON.
    """
    code = [
        _asset(LIBRARY[0]),
        "(() => {\n'use strict';\n" + "\n".join(map(_asset, scripts)) + "\n})();",
    ]
    style = colours() + "\n".join(map(_asset, STYLES))
    page = _environment().get_template(template)
    html = page.render(
        **context,
        policy=_policy(code, style),
        style=Markup(style),
        scripts=[Markup(each) for each in code],
        data=embedded(data),
    )
    with atomic_file(path) as file:
        file.write_text(html, encoding="utf-8", errors="replace", newline="\n")


def embedded(data: object) -> Markup:
    """Return plain content as JSON that cannot end the script element that it stands in."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def colours() -> str:
    """Return the palette as CSS variables: light, dark if the reader prefers it, and light again on paper."""
    light = _variables({**LIGHT, **{f"run-{number}": colour for number, colour in enumerate(RUNS)}})
    dark = _variables({**DARK, **{f"run-{number}": colour for number, colour in enumerate(RUNS_DARK)}})
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not(.printing){{{dark}}}}}\n"
        f"@media print{{:root:root{{color-scheme:light;{light}}}}}\n"
    )


def _variables(palette: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


def _policy(code: Sequence[str], style: str) -> str:
    # Only the scripts and styles that we wrote run, and nothing is ever fetched, whatever a feature is called.
    scripts = " ".join(map(_digest, code))
    return f"default-src 'none'; script-src {scripts}; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(signed=signed)
    return environment


def _asset(name: str) -> str:
    asset: Traversable = files("mtadgat.reporting") / "assets"
    for part in name.split("/"):
        asset = asset / part
    # Browsers parse a page with \n line ends; the hash of anything else would differ.
    return asset.read_text(encoding="utf-8").replace("\r\n", "\n")
