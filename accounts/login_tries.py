"""Wrong passwords are counted, so that nobody guesses; no stranger can use that to keep an account's owner out.

Two counters for each account: one for each address that tries, and one for all addresses from which the account never
logged in. Who comes from an address that the account knows meets only the first, so whatever others try elsewhere, the
owner gets in at home. An id that nobody has is counted alike.
"""

import hashlib
from dataclasses import dataclass

from accounts.procedures import Credentials
from config import throttling


@dataclass(frozen=True, slots=True)
class Tries:
    who: str
    address: str
    is_known_address: bool

    def count(self) -> None:
        """Before the password is checked, so that many at once are counted, too; raises Throttled."""
        throttling.count("login_tries", f"{self.who}:{self.address}")
        if not self.is_known_address:
            throttling.count("login_strangers", self.who)

    def forgive(self) -> None:
        """The password was right."""
        throttling.lift("login_tries", f"{self.who}:{self.address}")
        if not self.is_known_address:
            throttling.forgive("login_strangers", self.who)


def of(platform_type: int, account_id: str, address: str, credentials: Credentials | None) -> Tries:
    if credentials is not None:
        return Tries(str(credentials.account_db_key), address, credentials.is_known_address)
    nobody = hashlib.sha256(f"{platform_type}:{account_id.casefold()}".encode()).hexdigest()[:16]
    return Tries(f"nobody-{nobody}", address, False)
