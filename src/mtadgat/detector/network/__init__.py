"""The network: tensors in, tensors out."""

from __future__ import annotations

from mtadgat.detector.network.builder import build_network, resolve_device
from mtadgat.detector.network.network import LastRows, Network, NetworkOutput, sliding_windows

__all__ = ["LastRows", "Network", "NetworkOutput", "build_network", "resolve_device", "sliding_windows"]
