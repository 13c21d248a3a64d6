"""An optional second factor: set up, used at log-in, taken off. A step is used once, a recovery code too."""

from typing import NamedTuple

from accounts import keyring
from accounts.exceptions import PasswordWrong, SecondFactorActive, SecondFactorInvalid, SecondFactorMissing
from accounts.models import AccountAudit
from accounts.passwords.hashing import is_password
from accounts.passwords.procedures import password_get
from accounts.procedures import account_audit_insert
from accounts.second_factor import codes, procedures
from config import throttling
from shards.transactions import in_global_transaction

COLUMN = "table_second_factors.secret"
SIX = 6


class Begun(NamedTuple):
    secret: str
    otpauth_uri: str


def factor_begin(*, account_db_key: int, current_password: str, address: str) -> Begun:
    """A new secret, in force once a code of it is confirmed; raises PasswordWrong, SecondFactorActive."""
    account_id = _require_password(account_db_key, current_password, address)
    secret = codes.new_secret()
    _begin(
        account_db_key=account_db_key,
        secret=keyring.encrypt(secret, column=COLUMN, account_db_key=account_db_key),
    )
    return Begun(secret, codes.uri(secret, account_id))


def factor_confirm(*, account_db_key: int, code: str, address: str) -> list[str]:
    """Recovery codes, shown this once; raises SecondFactorInvalid, SecondFactorMissing, SecondFactorActive."""
    factor = procedures.second_factor_get(account_db_key=account_db_key)
    if factor is None:
        raise SecondFactorMissing
    if factor.is_active:
        raise SecondFactorActive
    recovery = codes.new_recovery_codes()
    _confirm(
        account_db_key=account_db_key,
        secret=factor.secret,
        step=_step(account_db_key, factor, code, address),
        code_hashes=[codes.recovery_hash(account_db_key, each).hex() for each in recovery],
    )
    return recovery


def factor_remove(*, account_db_key: int, current_password: str, code: str, address: str) -> None:
    """Needs both factors; raises PasswordWrong, SecondFactorInvalid, SecondFactorMissing."""
    _require_password(account_db_key, current_password, address)
    factor = _active(account_db_key)
    _remove(account_db_key=account_db_key, proof=proof_of(account_db_key, factor, code, address))


def factor_reset(*, account_db_key: int, changed_by: int, reason: str) -> None:
    """By an operator, for who has lost both the app and the recovery codes."""
    _reset(account_db_key=account_db_key, changed_by=changed_by, reason=reason)


class Proof(NamedTuple):
    """A code that was right when it was compared: `use` says in the log-in's transaction whether it still is."""

    account_db_key: int
    secret: str
    step: int | None
    code_hash: bytes

    def use(self) -> None:
        """Raises SecondFactorInvalid for one that was used meanwhile."""
        if self.step is None:
            procedures.recovery_code_use(account_db_key=self.account_db_key, code_hash=self.code_hash)
        else:
            procedures.second_factor_use(account_db_key=self.account_db_key, secret=self.secret, step=self.step)


def proof_of(account_db_key: int, factor: procedures.FactorRow, code: str, address: str) -> Proof:
    """Of six digits or a recovery code; raises SecondFactorInvalid, Throttled."""
    if len(code) == SIX:
        return Proof(account_db_key, factor.secret, _step(account_db_key, factor, code, address), b"")
    throttling.count("second_factor", f"{account_db_key}:{address}")
    return Proof(account_db_key, factor.secret, None, codes.recovery_hash(account_db_key, code))


def active_factor(account_db_key: int) -> procedures.FactorRow | None:
    factor = procedures.second_factor_get(account_db_key=account_db_key)
    return factor if factor is not None and factor.is_active else None


@in_global_transaction
def proof_use(proof: Proof) -> None:
    """For a log-in that writes nothing else."""
    proof.use()


_begin = in_global_transaction(procedures.second_factor_begin)


@in_global_transaction
def _confirm(*, account_db_key: int, secret: str, step: int, code_hashes: list[str]) -> None:
    procedures.second_factor_use(account_db_key=account_db_key, secret=secret, step=step)
    procedures.recovery_codes_put(account_db_key=account_db_key, code_hashes=code_hashes)


@in_global_transaction
def _remove(*, account_db_key: int, proof: Proof) -> None:
    proof.use()
    procedures.second_factor_remove(account_db_key=account_db_key)


@in_global_transaction
def _reset(*, account_db_key: int, changed_by: int, reason: str) -> None:
    procedures.second_factor_remove(account_db_key=account_db_key)
    account_audit_insert(
        account_db_key=account_db_key,
        subject=AccountAudit.Subject.SECOND_FACTOR,
        changed_by=changed_by,
        reason=reason,
    )


def _active(account_db_key: int) -> procedures.FactorRow:
    factor = active_factor(account_db_key)
    if factor is None:
        raise SecondFactorMissing
    return factor


def _step(account_db_key: int, factor: procedures.FactorRow, code: str, address: str) -> int:
    who = f"{account_db_key}:{address}"
    throttling.count("second_factor", who)
    secret = keyring.decrypt(factor.secret, column=COLUMN, account_db_key=account_db_key)
    step = codes.step_of(secret, code, factor.last_step)
    if step is None:
        raise SecondFactorInvalid
    throttling.lift("second_factor", who)
    return step


def _require_password(account_db_key: int, password: str, address: str) -> str:
    """The account's id, for a right password."""
    who = f"{account_db_key}:{address}"
    throttling.count("password_tries", who)
    account = password_get(account_db_key=account_db_key, limit=0)[0]
    if not is_password(password, account.password_hash):
        raise PasswordWrong
    throttling.lift("password_tries", who)
    return account.account_id
