"""An operator finds an account by any of its names and lands on its shard."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account
from accounts.models.account import OPERATOR
from accounts.procedures import SignedUp
from accounts.selectors import accounts_found

pytestmark = pytest.mark.django_db(databases="__all__")

LIST = "/admin/accounts/account/"


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    return make_account("alice", shard=2)


def page_of(account: SignedUp) -> str:
    return f"{LIST}{account.account_db_key}/change/"


@pytest.mark.parametrize("column", ["account_db_key", "account_id", "email", "nickname"])
def test_one_match_lands_on_the_account_and_its_shard(
    column: str, alice: SignedUp, console: Callable[[int], Client]
) -> None:
    client = console(OPERATOR)
    term = getattr(Account.objects.get(pk=alice.account_db_key), column)

    answer = client.get(LIST, {"q": f" {term} "}, follow=True)

    assert answer.redirect_chain == [(page_of(alice), 302)]
    assert answer.context["picker"]["chosen"] == "shard_2"
    assert client.get("/admin/signals/signalalarm/").context["picker"]["chosen"] == "shard_2"


def test_the_account_links_to_its_rows_on_its_shard(alice: SignedUp, console: Callable[[int], Client]) -> None:
    text = console(OPERATOR).get(page_of(alice)).text
    for page in ("signals/signalalarm", "signals/signalhistory", "notifications/inappnotification"):
        assert f"/admin/{page}/?_database=shard_2&amp;q={alice.account_db_key}" in text
    assert f"/admin/accounts/usersession/?q={alice.account_db_key}" in text


def test_a_beginning_lists_all_that_begin_with_it(
    alice: SignedUp, make_account: Callable[..., SignedUp], console: Callable[[int], Client]
) -> None:
    make_account("bob")
    alina = make_account("alina")
    answer = console(OPERATOR).get(LIST, {"q": "ALI"})
    assert [row.pk for row in answer.context["cl"].result_list] == [alina.account_db_key, alice.account_db_key]


def test_the_whole_name_wins_over_longer_ones(alice: SignedUp, make_account: Callable[..., SignedUp]) -> None:
    make_account("alice2")
    assert accounts_found("alice") == [alice.account_db_key]


@pytest.mark.parametrize("term", ["nobody", "99999999", "9" * 30, "a%", "_lice", "²"])
def test_nothing_is_found_for(term: str, alice: SignedUp) -> None:
    assert accounts_found(term) == []


def test_the_command_line_of_the_console_finds_accounts(alice: SignedUp, console: Callable[[int], Client]) -> None:
    answer = console(OPERATOR).get("/admin/search/", {"extended": "1", "s": "alice"})
    assert page_of(alice) in answer.text


def test_a_user_is_found_by_nobody_but_operators(alice: SignedUp, console: Callable[[int], Client]) -> None:
    answer = console(Account.Level.USER).get(LIST, {"q": "alice"})
    assert answer.headers["Location"].startswith("/admin/login/")
