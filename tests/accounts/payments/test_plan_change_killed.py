"""A change of plan whose processes are killed at every boundary, twice in a row: charged and active, or neither."""

import itertools
from collections.abc import Callable, Iterator
from signal import SIGKILL

import pytest

from accounts.models import LocalCharge, Payment, PaymentCharge
from accounts.payments import services
from accounts.procedures import SignedUp
from shards.fields import new_public_id
from shards.saga.models import SagaInstance
from tests import scratch
from tests.shards.saga.processes import Processes

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

EXPIRED = "UPDATE saga_instances SET due_at = UTC_TIMESTAMP(6) WHERE due_at IS NOT NULL"
POINTS = ["saga.claimed", "saga.acted", "saga.recorded"]
# card -> the saga's end, the account's plans, what the provider's books say of its charge
ENDS = {
    "ok_4242": ("completed", [("FREE", "EXPIRED"), ("BASIC", "ACTIVE")], "SUCCEEDED"),
    "declined_0002": ("compensated", [("FREE", "ACTIVE"), ("BASIC", "CANCELLED")], "FAILED"),
}


@pytest.fixture
def processes(platform_state: None) -> Iterator[Processes]:
    with Processes() as made:
        yield made


def begin(key: int, card: str) -> SagaInstance:
    services.payment_method_add(account_db_key=key, provider_token=card)
    saga_id = services._plan_change_start(
        payment_id=new_public_id(),
        account_db_key=key,
        payment_plan="BASIC",
        billing_cycle=Payment.Cycle.MONTHLY,
        payment_method=None,
    )
    return SagaInstance.objects.using("default").get(pk=saga_id)


@pytest.mark.parametrize("card", ENDS)
def test_killed_at_every_boundary_twice_in_a_row(
    card: str, processes: Processes, make_account: Callable[..., SignedUp]
) -> None:
    status, plans, charged = ENDS[card]
    for point in POINTS:
        for visit in itertools.count(1):
            key = make_account(shard=1).account_db_key
            saga = begin(key, card)
            scratch.execute("default", EXPIRED)
            first = processes.run(f"{point}:{visit}")
            if first == -SIGKILL:
                scratch.execute("default", EXPIRED)
                assert processes.run(f"{point}:1") in (0, -SIGKILL)
                scratch.execute("default", EXPIRED)
                assert processes.run() == 0
            saga.refresh_from_db()
            where = f"killed at visit {visit} of {point}"
            assert saga.status == status, where
            found = Payment.objects.filter(account=key).order_by("created_at")
            assert list(found.values_list("payment_plan", "payment_status")) == plans, where
            (charge,) = PaymentCharge.objects.filter(account=key)
            assert (charge.charge_status, LocalCharge.objects.get(pk=charge.pk).charge_status) == (charged, charged)
            if first == 0:
                assert visit > 1, f"{point} was not reached"
                break
    assert LocalCharge.objects.count() == PaymentCharge.objects.count() == SagaInstance.objects.using("default").count()
