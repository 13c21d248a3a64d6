"""What changes accounts and sessions. Passwords and tokens go in and out here and are stored nowhere in clear."""

import secrets
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings
from redis.exceptions import RedisError

from accounts import login_tries, procedures, sessions
from accounts.exceptions import CredentialsInvalid, SecondFactorInvalid
from accounts.models import Account
from accounts.passwords.hashing import hash_password, is_password
from accounts.passwords.policy import require_strong
from accounts.passwords.procedures import password_get
from accounts.second_factor import ticket
from accounts.second_factor.services import Proof, active_factor, proof_of
from shards.fields import new_public_id
from shards.idempotency.guard import settle
from shards.transactions import in_global_transaction

TOKEN_BYTES = 32


class Login(NamedTuple):
    token: str
    session: procedures.LoggedIn


def account_signup(
    *, account_id: str, password: str, nickname: str, email: str, platform_type: int = Account.Platform.WEB
) -> procedures.SignedUp:
    """Make an account; raises AccountIdTaken, EmailTaken, PasswordWeak, NoActiveShard.

    Only the global database is needed: the shard is chosen here and told by the event `account.created`. Repeating a
    sign-up whose answer got lost is AccountIdTaken: log in.
    """
    require_strong(password, Account(account_id=account_id, nickname=nickname, email=email))
    return account_insert(
        platform_type=platform_type,
        account_id=account_id,
        password_hash=hash_password(password),
        email=email,
        nickname=nickname,
    )


def account_login(
    *, account_id: str, password: str, address: str, platform_type: int = Account.Platform.WEB
) -> Login | ticket.Ticket:
    """A new session, or a ticket to the second step; raises CredentialsInvalid, AccountBlocked, Throttled.

    An unknown account costs one password check too, so that the time of the answer says nothing.
    """
    credentials = procedures.user_credentials_get(platform_type=platform_type, account_id=account_id, address=address)
    tries = login_tries.of(platform_type, account_id, address, credentials)
    tries.count()
    if not is_password(password, credentials.password_hash if credentials else None) or credentials is None:
        raise CredentialsInvalid
    tries.forgive()
    if credentials.has_second_factor:
        return ticket.issue(credentials.account_db_key, credentials.password_hash)
    return _begin_session(credentials.account_db_key, credentials.password_hash, address, None)


def account_login_second_step(*, ticket_given: str, code: str, address: str) -> Login:
    """With a code of the app or a recovery code; raises SecondFactorInvalid, AccountBlocked, Throttled."""
    account_db_key = ticket.account_of(ticket_given)
    password_hash = password_get(account_db_key=account_db_key, limit=0)[0].password_hash
    ticket.require(ticket_given, password_hash)
    factor = active_factor(account_db_key)
    if factor is None:  # taken off between the steps
        raise SecondFactorInvalid
    return _begin_session(account_db_key, password_hash, address, proof_of(account_db_key, factor, code, address))


def account_logout(*, token_hash: bytes) -> None:
    """End the session: in MySQL, then in Redis. Ending it twice is fine."""
    _logout(token_hash=token_hash)
    settle()
    sessions.bury(token_hash)


@in_global_transaction
def account_insert(
    *, platform_type: int, account_id: str, password_hash: str, email: str, nickname: str
) -> procedures.SignedUp:
    """The database's part of a sign-up, for a password that is hashed already."""
    return procedures.user_signup(
        platform_type=platform_type,
        account_id=account_id,
        password_hash=password_hash,
        email=email,
        nickname=nickname,
        strategy=settings.PLACEMENT,
        event_id=new_public_id(),
    )


def _begin_session(account_db_key: int, password_hash: str, address: str, proof: Proof | None) -> Login:
    """The token is in the answer and nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = _login(
        account_db_key=account_db_key,
        password_hash=password_hash,
        token_hash=sessions.hash_token(token),
        address=address,
        proof=proof,
    )
    with suppress(RedisError):  # the row is the session; the first request fills the key
        sessions.remember(session, sessions.hash_token(token))
    return Login(token, session)


@in_global_transaction
def _login(
    *, account_db_key: int, password_hash: str, token_hash: bytes, address: str, proof: Proof | None = None
) -> procedures.LoggedIn:
    if proof is not None:
        proof.use()
    return procedures.user_login(
        account_db_key=account_db_key,
        password_hash=password_hash,
        session_id=new_public_id(),
        token_hash=token_hash,
        address=address,
        idle_seconds=settings.SESSION_IDLE_SECONDS,
        absolute_seconds=settings.SESSION_ABSOLUTE_SECONDS,
    )


@in_global_transaction
def _logout(*, token_hash: bytes) -> None:
    procedures.user_logout(token_hash=token_hash)
