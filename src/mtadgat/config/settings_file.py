"""Settings: a YAML file of parameters."""

from __future__ import annotations

from pathlib import Path

from mtadgat.errors import ConfigError


def read_settings(file: str | None) -> dict[str, object]:
    """Return the parameters that a YAML file sets, by name with hyphens; no file sets none.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or is no flat mapping.
    """
    if file is None:
        return {}
    import yaml

    try:
        content = yaml.safe_load(Path(file).read_text()) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"config: expected a YAML file that can be read, got {file}: {error}"]) from error
    except yaml.YAMLError as error:
        raise ConfigError([f"config: expected YAML in {file}, got text that does not parse: {error}"]) from error
    if not isinstance(content, dict):
        raise ConfigError([f"config: expected `name: value` lines in {file}, got a {type(content).__name__}"])
    nested = [name for name, value in content.items() if isinstance(value, dict | list)]
    if nested:
        raise ConfigError([f"config: expected one plain value for each name in {file}, got more for {nested}"])
    return {str(name).replace("_", "-"): value for name, value in content.items()}
