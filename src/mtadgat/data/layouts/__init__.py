"""Layouts: the arrangements of files that are known, in the order in which they are tried."""

from __future__ import annotations

from mtadgat.data.layouts.base import SPLITS, Layout, Part, Parts
from mtadgat.data.layouts.omnianomaly_layout import OmniAnomaly
from mtadgat.data.layouts.splits_layout import Splits
from mtadgat.data.layouts.table_layout import Table
from mtadgat.data.layouts.telemanom_layout import Telemanom

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (Telemanom(), OmniAnomaly(), Splits(), Table())}

__all__ = ["LAYOUTS", "SPLITS", "Layout", "OmniAnomaly", "Part", "Parts", "Splits", "Table", "Telemanom"]
