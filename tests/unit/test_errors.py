"""What a user loses when these fail: a password, a key or a signature, to whoever reads a log or a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtadgat.errors import SECRET_VARIABLES, redacted

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq=="


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://me:tell@host/plant.csv failed", "https://***@host/plant.csv failed"),
        ("https://host/plant.csv?sig=tell", "https://host/plant.csv?***"),
        ("https://host/x?a=1&key=tell failed", "https://host/x?*** failed"),
        ("'https://host/x?token=tell' failed", "'https://host/x?***' failed"),
        ("https://host/x?sv=1&sig=tell%3D&se=2", "https://host/x?sv=1&sig=***&se=2"),
        ("https://host/x?sv=1&token=tell&tell&sig=tell", "https://host/x?sv=1&token=***&***&sig=***"),
        ("sv=1&sig=tell%3D&se=2", "sv=1&sig=***&se=2"),
        ("AccountName=fleet;AccountKey=tell;EndpointSuffix=x", "AccountName=fleet;AccountKey=***;EndpointSuffix=x"),
        ("SharedAccessSignature=sv=1&sig=tell", "SharedAccessSignature=***&sig=***"),
        ("sharedaccesssignature=tell", "sharedaccesssignature=***"),
        (
            "SharedAccessSignature=tell at https://me:tell@host/x?sig=tell, AccountKey=tell",
            "SharedAccessSignature=*** at https://***@host/x?*** AccountKey=***",
        ),
        ("no such file: /data/plant.csv", "no such file: /data/plant.csv"),
    ],
)
def test_secrets_of_urls_and_of_azure_are_masked(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_secrets_of_the_environment_are_masked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    assert redacted(f"refused {KEY} at https://x/y") == "refused *** at https://x/y"


def test_keys_within_a_connection_string_are_masked_and_its_account_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = f"DefaultEndpointsProtocol=https;AccountName=fleet;AccountKey={KEY};EndpointSuffix=core.windows.net"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", connection)
    assert redacted(f"{KEY} for fleet at https://core.windows.net") == "*** for fleet at https://core.windows.net"
    assert redacted(f"bad string {connection}") == "bad string ***"


def test_a_short_value_does_not_mask_ordinary_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "test")
    assert redacted("the latest run") == "the latest run"


def test_further_secrets_are_masked_and_an_empty_one_is_not_a_secret() -> None:
    assert redacted("token dapi-1 refused", "dapi-1", "") == "token *** refused"


@given(user=st.text("abcXYZ019._-%:", min_size=1), rest=st.sampled_from(["", "/x", "/x?sig=tell", "/x?sv=1&key=tell"]))
def test_no_password_of_a_url_survives(user: str, rest: str) -> None:
    assert "tell" not in redacted(f"API request to https://{user}:tell@host{rest} failed")
