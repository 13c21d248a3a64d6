"""Reads of accounts that are not one row by its key."""

from uuid import UUID

from django.db.models import Q

from accounts import procedures
from accounts.models import Account

ENOUGH = 50
LARGEST_KEY = 2**63 - 1


def accounts_found(term: str) -> list[int]:
    """Keys of the accounts whose key, id, e-mail or nickname is the term; where none is, begins with it.

    One query a column, at most `ENOUGH` keys from each: every column has an index, and an OR over all would use none.
    """
    term = term.strip()
    if not term:
        return []
    found = dict.fromkeys(_keys(Q(pk=int(term)))) if term.isdecimal() and int(term) <= LARGEST_KEY else {}
    for lookup in ("exact", "istartswith"):
        for column in ("account_id", "email", "nickname"):
            matches = Q(**{f"{column}__{lookup}": term})
            if column != "nickname":
                matches &= Q(platform_type__in=Account.Platform.values)  # the first column of both indexes
            found |= dict.fromkeys(_keys(matches))
        if found:
            break
    return list(found)


def session_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[procedures.SessionRow]:
    """The account's live sessions, newest first."""
    return procedures.user_sessions_list(account_db_key=account_db_key, before=before, limit=limit)


def _keys(matches: Q) -> list[int]:
    return list(Account.objects.filter(matches).values_list("pk", flat=True)[:ENOUGH])
