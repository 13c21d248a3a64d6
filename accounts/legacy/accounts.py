"""`table_accountid`, `table_user_profiles`, `table_password_history`, `table_user_api_keys`."""

import re
from collections.abc import Iterable
from copy import copy
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Model

from accounts import keyring
from accounts.models import Account, ApiKeys, PasswordHistory, Payment, Profile
from accounts.models.profile import NOTIFICATION_DEFAULTS
from accounts.passwords.legacy import kept_hash
from accounts.procedures import initialize_user_defaults
from config.databases import COLLATION
from shards.legacy.cells import Refused, Row
from shards.legacy.tables import AFTERWARDS, Legacy, Made, Walk, imports
from shards.scope import Scope
from shards.transactions import in_global_transaction

PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
KEYS = ("korea_investment_app_key", "korea_investment_app_secret", "alpha_vantage_key", "polygon_key", "finnhub_key")
# Keys of rows that are not the first with their id or address, by the order in which texts are compared here.
TAKEN = (
    "SELECT account_db_key FROM (SELECT account_db_key, ROW_NUMBER() OVER (PARTITION BY platform_type, {0}"
    " COLLATE {1} ORDER BY account_db_key) AS place FROM table_accountid WHERE {0} <> '') AS t WHERE place > 1"
)


def account(row: Row, walk: Walk) -> list[Model]:
    created = row.time("create_time")
    logins = row.count("login_count")
    status = row.word("account_status", Account.Status.values)
    block_end = row.moment("block_endtime")
    return [
        Account(
            account_db_key=row.owner,
            platform_type=_platform(row),
            account_id=row.text("account_id", longest=100),
            password=_hash(row, "password_hash"),
            nickname=row.text("nickname", longest=50),
            email=row.text("email", longest=254),
            email_verified=row.flag("email_verified"),
            phone_number=(phone := _phone(row)),
            phone_verified=phone is not None and row.flag("phone_verified"),
            birth_date=_birth_date(row),
            gender=row.word("gender", Account.Gender.values) if row.maybe("gender") else None,
            account_status=status,
            # There each account had a time of its making here, though nobody had blocked it.
            block_endtime=block_end if status == Account.Status.BLOCKED and block_end and block_end > created else None,
            account_level=_level(row),
            login_count=logins,
            last_login=row.moment("login_time") if logins else None,
            logout_time=(out if (out := row.moment("logout_time")) != created else None),
            withdraw_time=row.time("withdraw_time") if row.flag("is_withdraw") else None,
            withdraw_cancel_count=row.count("withdraw_cancel_count"),
            create_time=created,
        )
    ]


def profile(row: Row, walk: Walk) -> list[Model]:
    zone = row.text("timezone", longest=50)
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:
        raise Refused("timezone_unknown") from error
    budget = row.decimal("monthly_budget")
    if budget < 0:
        raise Refused("monthly_budget_negative")
    return [
        Profile(
            account_id=row.owner,
            investment_experience=row.word("investment_experience", Profile.Experience.values),
            risk_tolerance=row.word("risk_tolerance", Profile.Risk.values),
            investment_goal=row.word("investment_goal", Profile.Goal.values),
            monthly_budget=budget,
            profile_completed=row.flag("profile_completed"),
            country=row.text("country", longest=3),
            timezone=zone,
            language="ko", currency="KRW", theme="system",
            notification_version=1,  # newer than what a shard takes for a missing copy
            created_at=row.time("created_at"),
            updated_at=row.time("updated_at"),
            **{name: row.flag(name) for name in NOTIFICATION_DEFAULTS},
        )
    ]  # fmt: skip


def password_change(row: Row, walk: Walk) -> list[Model]:
    return [
        PasswordHistory(
            history_id=row.integer("id"),
            account_id=row.owner,
            old_password_hash=_hash(row, "old_password_hash"),
            new_password_hash=_hash(row, "new_password_hash"),
            change_reason=row.word("change_reason", PasswordHistory.Reason.values),
            changed_by_ip=row.maybe("changed_by_ip") or "",
            changed_at=row.time("changed_at"),
        )
    ]


def api_keys(row: Row, walk: Walk) -> list[Model]:
    """In clear here; `_seal` encrypts them on their way into the table."""
    return [
        ApiKeys(
            account_id=row.owner,
            created_at=row.time("created_at"),
            updated_at=row.time("updated_at"),
            **{name: row.maybe(name) for name in KEYS},
        )
    ]


def _seal(row: Model) -> Model:
    return _each_key(row, keyring.encrypt)


def _unseal(row: Model) -> Model:
    return _each_key(row, keyring.decrypt)


def _each_key(row: Model, work: object) -> Model:
    changed = copy(row)
    for name in KEYS:
        if (value := getattr(row, name)) is not None:
            place = {"column": f"table_user_api_keys.{name}", "account_db_key": row.pk}
            setattr(changed, name, work(value, **place))  # type: ignore[operator]  # of the keyring
    return changed


def _platform(row: Row) -> int:
    platform = row.integer("platform_type")
    if platform not in Account.Platform.values:
        raise Refused("platform_type_unknown")
    return platform


def _level(row: Row) -> int:
    level = row.count("account_level")
    if level not in Account.Level.values:
        raise Refused("account_level_unknown")
    return level


def _hash(row: Row, column: str) -> str:
    found = kept_hash(row.text(column))
    if found is None:
        raise Refused(f"{column}_unreadable")
    return found


def _phone(row: Row) -> str | None:
    """E.164; a number that begins with 0 is Korean."""
    text = row.maybe("phone_number")
    if text is None:
        return None
    number = re.sub(r"[ ().-]", "", text)
    number = f"+82{number[1:]}" if number.startswith("0") else number
    if not PHONE.fullmatch(number):
        raise Refused("phone_number_unreadable")
    return number


def _birth_date(row: Row) -> date | None:
    parts = [row.count(f"birth_{part}") for part in ("year", "month", "day")]
    if not any(parts):
        return None
    try:
        return date(*parts)
    except ValueError as error:
        raise Refused("birth_date_impossible") from error


def give_defaults(walk: Walk, accounts: Iterable[int]) -> None:
    """A profile and the free plan for those that had none, or whose row was refused."""
    live = Payment.objects.filter(live_account__isnull=False)
    have = set(Profile.objects.values_list("pk", flat=True)) & set(live.values_list("account_id", flat=True))
    for key in accounts:
        if key not in have:
            _defaults(account_db_key=key)


_defaults = in_global_transaction(initialize_user_defaults)

AFTERWARDS.append((Scope.GLOBAL, give_defaults))
imports(
    Legacy(
        "table_accountid", Scope.GLOBAL, 10, ("account_db_key",), account,
        {Account: Made(("account_db_key",), ("login_count",))},
        taken={
            "email_taken": TAKEN.format("email", COLLATION),
            "account_id_taken": TAKEN.format("account_id", COLLATION),
        },
        owned=False,
        accepted=lambda walk, row: walk.accounts.add(row.owner),
    )
)  # fmt: skip
imports(
    Legacy(
        "table_user_profiles", Scope.GLOBAL, 30, ("account_db_key",), profile,
        {Profile: Made(("account_id",), ("monthly_budget",))},
    )
)  # fmt: skip
imports(
    Legacy(
        "table_password_history", Scope.GLOBAL, 50, ("id",), password_change, {PasswordHistory: Made(("history_id",))}
    )
)
imports(
    Legacy(
        "table_user_api_keys", Scope.GLOBAL, 60, ("id",), api_keys,
        {ApiKeys: Made(("account_id",), seal=_seal, unseal=_unseal)},
    )
)  # fmt: skip
