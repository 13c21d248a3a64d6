"""Calls to Korea Investment & Securities' REST API, as its public documentation has them.

One access token for each app key is shared by all processes through Redis, sealed as the keys themselves are. It is
good for a day, and for six hours KIS answers with the same one; asked twice in a minute it refuses (EGW00133). Whoever
sets the key `kis:asked:...`, which lives for a minute, asks for it, and the others wait for what he gets. Calls of one
app key are counted by the second, over all processes, as KIS' gateway counts them (EGW00201); the ledger behind it has
a limit of its own (EGW00215). The gateway tells its errors with status 500, the others come with status 200.
"""

import hashlib
import time
from typing import Any, NamedTuple

import httpx
from redis.exceptions import RedisError

from accounts import keyring
from accounts.portfolio.brokers import BrokerUnavailable, OrderRefused
from config.redis import sessions as redis

TOKEN_COLUMN = "kis.token"  # noqa: S105  # where it stands, for the keyring
ASK_AFTER = 60  # seconds between two requests for a token
EARLIER = 60  # seconds that a token ends for us before it ends for KIS
WAIT_FOR_TOKEN = 5.0
TOKEN_CODES = {"EGW00121", "EGW00122", "EGW00123"}  # not valid, unknown, expired
BUSY_CODES = {"EGW00133", "EGW00201", "EGW00215"}  # see above


class NotDone(BrokerUnavailable):
    """The broker does not answer now, and what was asked has certainly not happened."""

    code = "broker_busy"
    detail = "The broker takes no more calls now; try again later."


class AppKey(NamedTuple):
    key: str
    secret: str

    @property
    def digest(self) -> str:
        """Names the key where nobody may read it."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]

    def __repr__(self) -> str:
        return "AppKey(***)"


class Answer(NamedTuple):
    body: dict[str, Any]
    has_more: bool  # another page waits


class Client:
    """One for each process. `calls_per_second` is what KIS allows one app key; times are in seconds."""

    def __init__(self, url: str, *, calls_per_second: int, timeout: float) -> None:
        self.calls_per_second = calls_per_second
        self._http = httpx.Client(base_url=url, timeout=httpx.Timeout(timeout, connect=min(timeout, 2.0)))

    def close(self) -> None:
        self._http.close()

    def get(self, app: AppKey, path: str, tr_id: str, params: dict[str, str], *, is_next: bool = False) -> Answer:
        headers = self._headers(app, tr_id) | ({"tr_cont": "N"} if is_next else {})
        return self._call(app, "GET", path, headers=headers, params=params)

    def post(self, app: AppKey, path: str, tr_id: str, body: dict[str, str]) -> Answer:
        """Raises NotDone, BrokerUnavailable (it may have happened), OrderRefused."""
        return self._call(app, "POST", path, headers=self._headers(app, tr_id), json=body)

    def _headers(self, app: AppKey, tr_id: str) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self._token(app)}",
            "appkey": app.key,
            "appsecret": app.secret,
            "tr_id": tr_id,
            "custtype": "P",
        }

    def _call(self, app: AppKey, method: str, path: str, **request: Any) -> Answer:
        self._count(app)
        try:
            response = self._http.request(method, path, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotDone(f"no connection: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise BrokerUnavailable(f"no answer: {type(error).__name__}") from error
        body = _json(response)
        if body.get("rt_cd") == "0" and response.is_success:
            return Answer(body, response.headers.get("tr_cont", "") in ("F", "M"))
        raise self._failure(app, response.status_code, body)

    def _failure(self, app: AppKey, status: int, body: dict[str, Any]) -> Exception:
        code, text = str(body.get("msg_cd") or body.get("error_code") or ""), str(body.get("msg1") or "").strip()
        said = f"{code} {text}".strip() or f"HTTP {status}"
        if code in TOKEN_CODES or status == httpx.codes.UNAUTHORIZED:
            redis().delete(_token_key(app))
            return NotDone(said)
        if code in BUSY_CODES or status == httpx.codes.TOO_MANY_REQUESTS:
            return NotDone(said)
        if code and status < httpx.codes.INTERNAL_SERVER_ERROR:
            return OrderRefused(said)
        return BrokerUnavailable(said)

    def _token(self, app: AppKey) -> str:
        """Raises NotDone while there is none to be had."""
        deadline = time.monotonic() + WAIT_FOR_TOKEN
        try:
            while (sealed := redis().get(_token_key(app))) is None:
                if redis().set(f"kis:asked:{app.digest}", "1", nx=True, ex=ASK_AFTER):
                    return self._ask_token(app)
                if time.monotonic() > deadline:
                    raise NotDone("no access token yet: one a minute is given")
                time.sleep(0.05)
            return keyring.decrypt(sealed.decode(), column=TOKEN_COLUMN, account_db_key=0)  # type: ignore[union-attr]
        except RedisError as error:
            raise NotDone("Redis does not answer") from error

    def _ask_token(self, app: AppKey) -> str:
        asked = {"grant_type": "client_credentials", "appkey": app.key, "appsecret": app.secret}
        try:
            response = self._http.post("/oauth2/tokenP", json=asked)
        except httpx.HTTPError as error:
            raise NotDone(f"no access token: {type(error).__name__}") from error
        body = _json(response)
        token, seconds = body.get("access_token"), body.get("expires_in")
        if not response.is_success or not isinstance(token, str) or not isinstance(seconds, int):
            raise NotDone(f"no access token: {body.get('error_code') or response.status_code}")
        sealed = keyring.encrypt(token, column=TOKEN_COLUMN, account_db_key=0)
        redis().set(_token_key(app), sealed, ex=max(seconds - EARLIER, 1))
        return token

    def _count(self, app: AppKey) -> None:
        """Wait for the next second while this one has had its calls; NotDone after three."""
        for _ in range(3):
            now = time.time()
            name = f"kis:calls:{app.digest}:{int(now)}"
            try:
                with redis().pipeline() as both:
                    both.incr(name)
                    both.expire(name, 2)
                    calls = both.execute()[0]
            except RedisError as error:
                raise NotDone("Redis does not answer") from error
            if calls <= self.calls_per_second:
                return
            time.sleep(1 - now % 1)
        raise NotDone("too many calls")


def _token_key(app: AppKey) -> str:
    return f"kis:token:{app.digest}"


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
