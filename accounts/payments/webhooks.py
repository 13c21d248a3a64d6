"""What providers tell by themselves: signed, perhaps twice, in any order, and never too old."""

from accounts import plans
from accounts.payments import procedures
from accounts.payments.charging import record
from accounts.payments.provider import WebhookEvent, provider
from shards.transactions import in_global_transaction


def webhook_take(*, name: str, signature: str, body: bytes) -> bool:
    """Whether it was new. Raises PaymentProviderUnknown, WebhookInvalid, ChargeUnknown (it is sent again then)."""
    event = provider(name).read_webhook(signature=signature, body=body)
    account_db_key = _take(name, event)
    if account_db_key is None:
        return False
    plans.forget(account_db_key)
    return True


@in_global_transaction
def _take(name: str, event: WebhookEvent) -> int | None:
    """Event and effect commit together: one that was cut off comes again as if it were new."""
    is_new = procedures.payment_webhook_insert(
        provider=name, event_id=event.event_id, event_type=event.event_type, charge_id=event.charge_id
    )
    return record(event.charge_id, event.outcome).account_db_key if is_new else None
