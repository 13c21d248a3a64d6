"""Refusals about cash accounts, positions and orders: 3116x and 3117x."""

from config.refusals import Refusal


class CashAccountMissing(Refusal):
    """Whoever meets it opens the account first; a caller of the API never sees it."""

    code = "cash_account_missing"
    status = 409
    errno = 31160
    detail = "There is no cash account yet; GET portfolio/account opens one."


class CashAccountNotActive(Refusal):
    code = "cash_account_not_active"
    status = 403
    errno = 31161
    detail = "This cash account takes no orders."


class OrderDiffers(Refusal):
    code = "order_differs"
    status = 409
    errno = 31162
    detail = "You have another order with this client_order_id."
    field = "client_order_id"


class CashInsufficient(Refusal):
    code = "cash_insufficient"
    status = 409
    errno = 31163
    detail = "Your free cash does not cover what this order may cost."
    field = "quantity"


class HoldingInsufficient(Refusal):
    code = "holding_insufficient"
    status = 409
    errno = 31164
    detail = "You do not hold so many free shares."
    field = "quantity"


class OrderUnknown(Refusal):
    code = "order_unknown"
    status = 404
    errno = 31165
    detail = "There is no such order."


class OrderEnded(Refusal):
    code = "order_ended"
    status = 409
    errno = 31166
    detail = "The order has ended and cannot be cancelled."


class OrderWithdrawn(Refusal):
    """Its owner cancelled it before the broker had it."""

    code = "order_withdrawn"
    status = 409
    detail = "The order was cancelled before it was placed."


class FillExceedsOrder(Refusal):
    """A broker reported more than was ordered or reserved: an operator must look at it."""

    code = "fill_exceeds_order"
    status = 409
    errno = 31167
    detail = "The fill is more than the order allows."


class LedgerImmutable(Refusal):
    code = "ledger_immutable"
    status = 409
    errno = 31168
    detail = "An entry of the ledger is never changed."


class LedgerEntryWrong(Refusal):
    code = "ledger_entry_wrong"
    status = 409
    errno = 31169
    detail = "The entry does not continue the ledger."


class OrderStateWrong(Refusal):
    code = "order_state_wrong"
    status = 409
    errno = 31170
    detail = "The order is not in a state for this."


class CurrencyDiffers(Refusal):
    code = "currency_differs"
    status = 400
    errno = 31171
    detail = "The asset is traded in another currency than your cash account has."
    field = "symbol"


class AssetUnknown(Refusal):
    code = "asset_unknown"
    status = 400
    detail = "The market has no such symbol, or no price for it yet."
    field = "symbol"


class PriceTooHigh(Refusal):
    code = "price_too_high"
    status = 400
    detail = "The quantity times the price is more than any account can hold."
    field = "quantity"


class MarketClosed(Refusal):
    """Before the first bar there is no price, and no day that could be booked."""

    code = "market_without_bars"
    status = 503
    detail = "The market has no prices yet; try again later."
    retry_after = 60
