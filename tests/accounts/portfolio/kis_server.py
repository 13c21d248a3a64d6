"""A server on loopback that follows KIS's documentation, and fails in whatever way it is told to.

It takes orders, numbers them, fills them when it is told to, and shows executions, open orders and cancellations
(`kis_documentation` has the fields). `faults` holds what happens to the next calls of a path, in order; "" is nothing
special.
"""

import json
import threading
import time
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from accounts.portfolio.kis.broker import EXCHANGE_TIME
from tests.accounts.portfolio.kis_documentation import (
    CANCEL,
    EVERYTHING,
    EXECUTIONS,
    FIELDS,
    OPEN,
    ORDER,
    PAGE,
    TR_IDS,
    cancellation_of,
    empty_row,
    row_of,
)

APP_KEY, APP_SECRET = "PSapp", "a-secret"


class KisServer:
    def __init__(self, *, token_pause: float = 60.0, is_simulation: bool = False) -> None:
        self.token_pause = token_pause
        self.is_simulation = is_simulation
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.orders: list[dict[str, Any]] = []
        self.calls: list[tuple[float, str]] = []
        self.tokens = 0
        self.fills_at_once = False
        self.lock = threading.RLock()
        self._token_at = 0.0
        handler = type("Handler", (_Handler,), {"kis": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fill(self, number: int = 0, quantity: int | None = None) -> None:
        """All that is left of an order, or some of it, at one cent below its limit or above."""
        with self.lock:
            order = self.orders[number]
            left = order["quantity"] - order["filled"] if not order["ended"] else 0
            order["filled"] += left if quantity is None else min(quantity, left)

    def refuse(self, number: int, reason: str) -> None:
        """By the exchange, after KIS has taken the order."""
        with self.lock:
            self.orders[number] |= {"ended": True, "refused": reason}

    def filled(self) -> dict[str, int]:
        """Symbol and side -> shares."""
        with self.lock:
            sums: dict[str, int] = defaultdict(int)
            for order in self.orders:
                sums[f"{order['side']} {order['symbol']}"] += order["filled"]
            return dict(sums)

    # What the paths do ---------------------------------------------------------------------------------------------
    def token(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.tokens += 1
            if time.monotonic() - self._token_at < self.token_pause:
                return 403, {"error_code": "EGW00133", "error_description": "one a minute"}
            if (body["appkey"], body["appsecret"]) != (APP_KEY, APP_SECRET):
                return 403, {"error_code": "EGW00103", "error_description": "no such key"}
            self._token_at = time.monotonic()
            return 200, {
                "access_token": f"token-{self.tokens}",
                "access_token_token_expired": "2030-01-01 00:00:00",
                "token_type": "Bearer",
                "expires_in": 86400,
            }

    def require_documented(self, name: str, tr_id: str, asked: dict[str, Any]) -> None:
        assert tr_id in TR_IDS[self.is_simulation][name], (name, tr_id)
        assert set(asked) == FIELDS[name], set(asked) ^ FIELDS[name]
        assert (asked["CANO"], asked["ACNT_PRDT_CD"]) == ("12345678", "01")
        if name == EXECUTIONS:
            assert {field: asked[field] for field in ("PDNO", "OVRS_EXCG_CD")} == EVERYTHING[self.is_simulation]

    def order(self, tr_id: str, body: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.orders.append(
                {
                    "side": TR_IDS[self.is_simulation][ORDER][tr_id],
                    "symbol": body["PDNO"],
                    "quantity": int(body["ORD_QTY"]),
                    "price": Decimal(body["OVRS_ORD_UNPR"]),
                    "filled": int(body["ORD_QTY"]) if self.fills_at_once else 0,
                    "ended": False,
                    "cancelled": False,
                    "refused": "",
                    "day": f"{datetime.now(EXCHANGE_TIME):%Y%m%d}",
                }
            )
            return {"KRX_FWDG_ORD_ORGNO": "01790", "ODNO": f"{len(self.orders):010d}", "ORD_TMD": "093001"}

    def cancel(self, body: dict[str, Any]) -> dict[str, Any] | None:
        with self.lock:
            order = self.orders[int(body["ORGN_ODNO"]) - 1]
            assert (body["RVSE_CNCL_DVSN_CD"], body["OVRS_ORD_UNPR"]) == ("02", "0")
            if order["ended"] or order["filled"] == order["quantity"]:
                return None
            order |= {"ended": True, "cancelled": True}
            return {"KRX_FWDG_ORD_ORGNO": "01790", "ODNO": "0000009999", "ORD_TMD": "093002"}

    def rows(self, *, are_open: bool) -> list[dict[str, str]]:
        with self.lock:
            rows = []
            for number, order in enumerate(self.orders, 1):
                row = row_of(number, order)
                if not are_open or row["nccs_qty"] != "0":
                    rows.append(row)
                if not are_open and order["cancelled"]:
                    rows.append(cancellation_of(number, row))
            return rows


class _Handler(BaseHTTPRequestHandler):
    kis: KisServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.rpartition("/")[2]
        if name == "tokenP":
            self._answer(*self.kis.token(body))
            return
        self._do(name, body)

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        self._do(at.path.rpartition("/")[2], dict(parse_qsl(at.query, keep_blank_values=True)))

    def _do(self, name: str, asked: dict[str, Any]) -> None:
        with self.kis.lock:
            self.kis.calls.append((time.time(), name))
            fault = self.kis.faults[name].pop(0) if self.kis.faults[name] else ""
            is_known = self.headers["authorization"] == f"Bearer token-{self.kis.tokens}"
        if not is_known or fault == "token ended":
            self._answer(500, {"rt_cd": "1", "msg_cd": "EGW00123", "msg1": "the token has ended"})
        elif fault in ERRORS:
            self._answer(*ERRORS[fault])
        else:
            time.sleep(float(fault.partition("late ")[2] or 0))
            self._obey(name, asked, fault)

    def _obey(self, name: str, asked: dict[str, Any], fault: str) -> None:
        tr_id, more, places = self.headers["tr_id"], "", {}
        self.kis.require_documented(name, tr_id, asked)
        if name in (ORDER, CANCEL):
            output: Any = self.kis.order(tr_id, asked) if name == ORDER else self.kis.cancel(asked)
            if fault == "lost after filling":
                self.kis.fill(-1)
        else:
            rows = self.kis.rows(are_open=name == OPEN)
            begin = int(asked["CTX_AREA_NK200"].strip() or 0)
            more = "M" if len(rows) > begin + PAGE else "D"
            output = rows[begin : begin + PAGE] or empty_row()
            places = {"ctx_area_nk200": f"{begin + PAGE:<200}", "ctx_area_fk200": f"{'12345678^01^':<200}"}
        if fault.startswith("lost"):
            self.close_connection = True
            self.connection.close()
        elif fault == "500 after":
            self._answer(500, {})
        elif output is None:
            self._answer(200, {"rt_cd": "7", "msg_cd": "APBK0344", "msg1": "nothing to cancel"})
        else:
            code = "APBK0013" if name in (ORDER, CANCEL) else "KIOK0510"
            self._answer(200, {"rt_cd": "0", "msg_cd": code, "msg1": "done", "output": output} | places, more)

    def _answer(self, status: int, body: dict[str, Any], more: str = "") -> None:
        content = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("tr_cont", more)
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # whoever asked has gone: the answer is lost, too
            self.close_connection = True


ERRORS: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {}),
    "500 before": (500, {}),
    "busy": (500, {"rt_cd": "1", "msg_cd": "EGW00201", "msg1": "too many calls in this second"}),
    "ledger busy": (500, {"rt_cd": "1", "msg_cd": "EGW00215", "msg1": "too many calls to the ledger in this second"}),
    "refused": (200, {"rt_cd": "1", "msg_cd": "APBK0919", "msg1": "the market is closed"}),
}
