import pytest

from shards.errorlog import masked

SECRETS = "password password_hash secret token token_hash api_key otp_code recovery email phone address"


@pytest.mark.parametrize("name", SECRETS.split())
def test_secrets_and_addresses_are_masked_at_any_depth(name: str) -> None:
    assert masked({name: "x", "symbol": "AAPL"}) == {name: "***", "symbol": "AAPL"}
    assert masked({"a": [{"b": {name: ["x"]}}]}) == {"a": [{"b": {name: "***"}}]}
    assert masked({name: None}) == {name: None}


@pytest.mark.parametrize("name", ["account_db_key", "partition_key", "symbol", "session", "note"])
def test_what_is_no_secret_stays(name: str) -> None:
    assert masked({name: "x", "inner": [{name: 1}]}) == {name: "x", "inner": [{name: 1}]}
