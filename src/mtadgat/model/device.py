"""The device that a network runs on."""

from __future__ import annotations

import torch

from mtadgat.errors import ConfigError


def resolve_device(name: str) -> torch.device:
    """Turn the parameter ``device`` into a device; ``auto`` takes a GPU where there is one.

    Args:
        name: auto, cpu or cuda.

    Raises:
        ConfigError: cuda is asked for, and there is none.
    """
    present = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if present else "cpu")
    if name == "cuda" and not present:
        raise ConfigError(["device: expected auto or cpu on a machine without CUDA, got cuda"])
    return torch.device(name)
