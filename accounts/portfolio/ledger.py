"""Compares every ledger with the balances, positions and orders that follow from it."""

from collections.abc import Callable

from django.db import connections, transaction

from accounts.portfolio import procedures
from shards.scope import current_alias

ACCOUNTS = 1_000


def check(progress: Callable[[int], None] = lambda accounts: None) -> list[procedures.Finding]:
    """What is wrong on the current shard; nothing when all is well. `progress` is told of each batch's accounts.

    Each batch is read in one snapshot, so that orders which are filled meanwhile look neither half done nor wrong.
    """
    findings: list[procedures.Finding] = []
    after = 0
    while True:
        page = procedures.portfolio_accounts_page(after_account_db_key=after, limit=ACCOUNTS)
        if page.upto_account_db_key is None:
            return findings
        findings += _check(after, page.upto_account_db_key)
        progress(page.accounts)
        after = page.upto_account_db_key


def _check(after: int, upto: int) -> list[procedures.Finding]:
    alias = current_alias()
    if not connections[alias].in_atomic_block:
        with connections[alias].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # of the next transaction alone
    with transaction.atomic(using=alias):
        return procedures.portfolio_ledger_check(after_account_db_key=after, upto_account_db_key=upto)
