"""/api/v1/payments/methods: a token and four digits, nothing more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import PaymentMethod
from accounts.payments import selectors, services
from accounts.payments.exceptions import PaymentMethodMissing
from accounts.payments.procedures import MethodRow
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/payments/methods"
Pay = Callable[..., Any]


def add(key: int, number: int) -> MethodRow:
    return services.payment_method_add(account_db_key=key, provider_token=f"ok_{number:04d}")


def test_the_token_is_in_no_answer(client: Client, key: int, bearer: Callable[[int], dict[str, str]]) -> None:
    mine = bearer(key)
    body = {"provider_token": "ok_4242"}
    made = [client.post(URL, body, content_type="application/json", headers=mine) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json(), "the same token is one method"
    listed = client.get(URL, headers=mine)
    assert listed.json() == {"results": [made[0].json()], "next": None}
    assert set(made[0].json()) == {
        "payment_method_id", "provider", "brand", "last_four", "is_default", "created_at",
    }  # fmt: skip
    assert "ok_4242" not in listed.content.decode() + made[0].content.decode()
    for wrong in ("4111111111111111", "ok_42", "x"):
        answer = client.post(URL, {"provider_token": wrong}, content_type="application/json", headers=mine)
        assert (answer.status_code, answer.json()["code"]) == (400, "payment_token_invalid")


def test_the_default_can_be_chosen_and_the_rest_removed(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    mine = bearer(key)
    first, second = add(key, 1), add(key, 2)
    assert (first.is_default, second.is_default) == (True, False)
    chosen = client.post(f"{URL}/{second.payment_method_id}/default", headers=mine)
    assert chosen.status_code == 204
    assert [m.last_four for m in selectors.payment_methods(account_db_key=key)] == ["0002", "0001"]
    gone = [client.delete(f"{URL}/{first.payment_method_id}", headers=mine).status_code for _ in range(2)]
    assert gone == [204, 404]
    assert [m.last_four for m in selectors.payment_methods(account_db_key=key)] == ["0002"]


def test_what_a_plan_is_paid_with_stays(client: Client, key: int, pay: Pay, bearer: Callable[..., Any]) -> None:
    pay(key, "BASIC")
    (method,) = selectors.payment_methods(account_db_key=key)
    url = f"{URL}/{method.payment_method_id}"
    mine = bearer(key)
    refused = client.delete(url, headers=mine)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_method_in_use")
    services.auto_renewal_set(account_db_key=key, auto_renewal=False)
    assert client.delete(url, headers=mine).status_code == 204


def test_somebody_else_s_method_is_not_there(
    client: Client, key: int, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]
) -> None:
    method = add(key, 1)
    stranger = bearer(make_account().account_db_key)
    assert client.get(URL, headers=stranger).json()["results"] == []
    assert client.delete(f"{URL}/{method.payment_method_id}", headers=stranger).status_code == 404
    assert client.post(f"{URL}/{method.payment_method_id}/default", headers=stranger).status_code == 404
    with pytest.raises(PaymentMethodMissing):
        services.plan_change(
            account_db_key=make_account().account_db_key,
            payment_plan="BASIC",
            payment_method_id=method.payment_method_id,
        )


def test_an_unknown_account_has_no_methods() -> None:
    with pytest.raises(AccountUnknown):
        add(1, 1)


def kept(key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Methods, and defaults among them, after eight were added at once to an account that may have two."""
    monkeypatch.setattr(services, "METHODS", 2)
    at_once(lambda n: add(key, n), *range(8))
    methods = PaymentMethod.objects.filter(account=key, removed_at=None)
    return methods.count(), methods.filter(is_default=True).count()


@really
def test_the_limit_holds_when_many_are_added_at_once(
    key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(key, at_once, monkeypatch) == (2, 1)


@really
def test_without_the_account_s_lock_too_many_would_stay(
    key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(key, 9_999)
    with weakened(
        "default",
        "fp_payment_method_insert",
        ("       FOR UPDATE;", ";"),
        ("        IF v_methods >=", "        DO SLEEP(0.3);\n        IF v_methods >="),
    ):
        assert kept(key, at_once, monkeypatch)[0] > 2


@really
def test_many_choices_at_once_leave_one_default(key: int, at_once: Callable[..., list[Any]]) -> None:
    """With uq_payment_method_default dropped and the account's lock taken out, there were several."""
    methods = [add(key, n).payment_method_id for n in range(5)]
    answers = at_once(
        lambda method: services.payment_method_default(account_db_key=key, payment_method_id=method), *methods
    )
    assert answers == [None] * 5
    assert PaymentMethod.objects.filter(account=key, is_default=True).count() == 1
