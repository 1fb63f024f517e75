"""The network: tensors in, tensors out."""

from __future__ import annotations

from mtadgat.model.builder import build_network
from mtadgat.model.device import resolve_device
from mtadgat.model.network import LastRows, Network, NetworkOutput

__all__ = ["LastRows", "Network", "NetworkOutput", "build_network", "resolve_device"]
