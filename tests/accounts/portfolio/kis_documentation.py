"""What KIS Developers' documentation says of overseas stocks: order (v1-001), revise and cancel (v1-003), open orders
(v1-005), executions (v1-007). A question that finds nothing is answered with one row of empty fields, not in a list.
"""

from decimal import Decimal
from typing import Any

ORDER, CANCEL, EXECUTIONS, OPEN = "order", "order-rvsecncl", "inquire-ccnl", "inquire-nccs"
PAGE = 3  # rows, where KIS has 20 executions and 40 open orders
ACCOUNT = {"CANO", "ACNT_PRDT_CD"}
FIELDS = {
    ORDER: ACCOUNT
    | {"OVRS_EXCG_CD", "PDNO", "ORD_QTY", "OVRS_ORD_UNPR", "CTAC_TLNO", "MGCO_APTM_ODNO", "SLL_TYPE"}
    | {"ORD_SVR_DVSN_CD", "ORD_DVSN"},
    CANCEL: ACCOUNT
    | {"OVRS_EXCG_CD", "PDNO", "ORGN_ODNO", "RVSE_CNCL_DVSN_CD", "ORD_QTY", "OVRS_ORD_UNPR", "MGCO_APTM_ODNO"}
    | {"ORD_SVR_DVSN_CD"},
    EXECUTIONS: ACCOUNT
    | {"PDNO", "ORD_STRT_DT", "ORD_END_DT", "SLL_BUY_DVSN", "CCLD_NCCS_DVSN", "OVRS_EXCG_CD", "SORT_SQN", "ORD_DT"}
    | {"ORD_GNO_BRNO", "ODNO", "CTX_AREA_NK200", "CTX_AREA_FK200"},
    OPEN: ACCOUNT | {"OVRS_EXCG_CD", "SORT_SQN", "CTX_AREA_FK200", "CTX_AREA_NK200"},
}
# path -> tr_id, and what it means; the simulation has no list of open orders
TR_IDS = {
    False: {
        ORDER: {"TTTT1002U": "BUY", "TTTT1006U": "SELL"},
        CANCEL: {"TTTT1004U": ""},
        EXECUTIONS: {"TTTS3035R": ""},
        OPEN: {"TTTS3018R": ""},
    },
    True: {
        ORDER: {"VTTT1002U": "BUY", "VTTT1001U": "SELL"},
        CANCEL: {"VTTT1004U": ""},
        EXECUTIONS: {"VTTS3035R": ""},
    },
}
EVERYTHING = {False: {"PDNO": "%", "OVRS_EXCG_CD": "NASD"}, True: {"PDNO": "", "OVRS_EXCG_CD": ""}}


def row_of(number: int, order: dict[str, Any]) -> dict[str, str]:
    better = order["price"] + (Decimal("-0.01") if order["side"] == "BUY" else Decimal("0.01"))
    left = 0 if order["ended"] else order["quantity"] - order["filled"]
    return {
        "ord_dt": order["day"],
        "ord_gno_brno": "01790",
        "odno": f"{number:010d}",
        "orgn_odno": "",
        "sll_buy_dvsn_cd": {"BUY": "02", "SELL": "01"}[order["side"]],
        "rvse_cncl_dvsn": "00",
        "pdno": order["symbol"],
        "ft_ord_qty": str(order["quantity"]),
        "ft_ord_unpr3": f"{order['price']:.8f}",
        "ft_ccld_qty": str(order["filled"]),
        "ft_ccld_unpr3": f"{better:.8f}",
        "ft_ccld_amt3": f"{better * order['filled']:.5f}",
        "nccs_qty": str(left),
        "prcs_stat_name": "거부" if order["refused"] else "전송" if left else "완료",
        "rjct_rson": "01" if order["refused"] else "",
        "rjct_rson_name": order["refused"],
        "ovrs_excg_cd": "NYSE",
    }


def cancellation_of(number: int, row: dict[str, str]) -> dict[str, str]:
    own = {"odno": f"{9_000_000_000 + number}", "orgn_odno": row["odno"], "rvse_cncl_dvsn": "02"}
    return row | own | {"ft_ccld_qty": "0", "ft_ccld_amt3": "0.00000", "nccs_qty": "0"}


def empty_row() -> dict[str, str]:
    nothing = {"side": "BUY", "symbol": "", "day": "", "refused": "", "ended": True, "quantity": 0, "filled": 0}
    row = row_of(1, nothing | {"price": Decimal(0)})
    return row | {"odno": "", "sll_buy_dvsn_cd": "", "rvse_cncl_dvsn": "", "prcs_stat_name": ""}
