"""Layouts: the arrangements of files that are known, in the order in which they are tried."""

from __future__ import annotations

from mtadgat.reading.layouts.base import SPLITS, Layout, Part, Parts
from mtadgat.reading.layouts.omnianomaly import OmniAnomaly
from mtadgat.reading.layouts.splits import Splits
from mtadgat.reading.layouts.table import Table
from mtadgat.reading.layouts.telemanom import Telemanom

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (Telemanom(), OmniAnomaly(), Splits(), Table())}

__all__ = ["LAYOUTS", "SPLITS", "Layout", "OmniAnomaly", "Part", "Parts", "Splits", "Table", "Telemanom"]
