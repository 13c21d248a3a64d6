"""What a thief of files gets: secrets are planted through the API, then everything the servers wrote is searched."""

from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import httpx

from tests.e2e.platform import PASSWORD, Platform, eventually, free_port

SECOND_PASSWORD = "planted battery staple"
WRONG_PASSWORD = "planted wrong password"


def forms(secret: str) -> dict[str, bytes]:
    """Plain, hex and base64 at each of the three places that it can have in a longer text."""
    plain = secret.encode()
    found = {"plain": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    for before in range(3):
        for name, encode in (("base64", b64encode), ("base64url", urlsafe_b64encode)):
            encoded = encode(b"\0" * before + plain)
            found[f"{name} at {before}"] = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
    return found


def files(platform: Platform) -> list[Path]:
    """Data files and logs of the databases, Redis' append-only files, the logs of every process; e-mails are apart."""
    return [path for folder in ("data", "log") for path in (platform.home / folder).rglob("*") if path.is_file()]


def found_in(paths: list[Path], secrets: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (name, form, str(path))
        for path in paths
        for content in _content(path)
        for name, secret in secrets.items()
        for form, needle in forms(secret).items()
        if needle in content
    ]


def _content(path: Path) -> list[bytes]:
    """Nothing of a file that its server has renamed or removed meanwhile, as MySQL does with its redo logs."""
    try:
        return [path.read_bytes()]
    except FileNotFoundError:
        return []


def test_no_planted_secret_is_in_any_file_of_the_servers(platform: Platform) -> None:
    user = platform.user()
    first_token = user.http.headers["Authorization"].split()[1]
    wrong = {"account_id": user.account_id, "password": WRONG_PASSWORD}
    assert user.http.post("auth/login", json=wrong).status_code == 401
    keyed = {"Idempotency-Key": "plant-1"}
    change = {"current_password": PASSWORD, "new_password": SECOND_PASSWORD}
    assert user.http.post("auth/password", json=change, headers=keyed).status_code == 204
    assert user.http.post("auth/password", json=change, headers=keyed).status_code == 204
    begun = user.http.post("auth/totp", json={"current_password": SECOND_PASSWORD}, headers=keyed).json()
    login = user.http.post("auth/login", json={"account_id": user.account_id, "password": SECOND_PASSWORD})
    assert login.status_code == 200
    link = reset_token(platform, user.account_id)
    secrets = {
        "the first password": PASSWORD,
        "the second password": SECOND_PASSWORD,
        "a wrong password": WRONG_PASSWORD,
        "a token": first_token,
        "another token": login.json()["token"],
        "the second factor's secret": begun["secret"],
        "the reset link's token": link,
    }
    paths = files(platform)
    assert found_in(paths, {"what is there": user.account_id}), "the search finds what is there"
    assert found_in(paths, secrets) == []


def reset_token(platform: Platform, account_id: str) -> str:
    """From the e-mail that the worker sent."""
    folder = platform.home / "mail"
    before = set(folder.glob("*"))
    http = platform.client()
    assert http.post("auth/reset-password", json={"email": f"{account_id}@example.com"}).status_code == 202
    (text,) = eventually(lambda: _whole(set(folder.glob("*")) - before), "the e-mail with the link")
    return text.partition("#")[2].split()[0]


def _whole(mails: set[Path]) -> list[str]:
    """A file is there before its text is; a line of dashes ends it."""
    return [text for mail in mails if (text := mail.read_text()).endswith("-\n")]


def test_a_stolen_token_dies_with_a_password_change_on_another_web_process_within_a_second(
    platform: Platform,
) -> None:
    user = platform.user()
    stolen = user.http.headers["Authorization"]
    user.log_in()
    port = free_port()
    granian = f"exec granian --interface wsgi --host 127.0.0.1 --port {port} --workers 1 config.wsgi:application"
    platform.start("second web", granian)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1/", headers={"Authorization": stolen}, trust_env=False
        ) as thief:
            eventually(lambda: answers(thief) == 200, "the second web process")
            change = {"current_password": PASSWORD, "new_password": SECOND_PASSWORD}
            assert user.http.post("auth/password", json=change).status_code == 204
            eventually(lambda: answers(thief) == 401, "the end of the stolen token", seconds=1)
        assert user.http.get("signals/alarms").status_code == 200
    finally:
        platform.stop("second web")


def answers(http: httpx.Client) -> int:
    try:
        return http.get("signals/alarms").status_code
    except httpx.TransportError:
        return 0
