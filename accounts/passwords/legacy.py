"""Password hashes of the earlier platform: bcrypt, which Django reads, and bare SHA-256, which nobody should find here.

A bare digest is hashed again, slowly, when it is imported; the password that made it still logs in.
"""

import hashlib
import re

from django.contrib.auth.hashers import Argon2PasswordHasher

BCRYPT = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}")
SHA256 = re.compile(r"[0-9a-f]{64}")


class Argon2OfSha256(Argon2PasswordHasher):
    algorithm = "argon2_sha256"

    def encode(self, password: str, salt: str) -> str:
        return self.encode_digest(hashlib.sha256(password.encode()).hexdigest(), salt)

    def encode_digest(self, digest: str, salt: str) -> str:
        return super().encode(digest, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(hashlib.sha256(password.encode()).hexdigest(), encoded)


def kept_hash(stored: str) -> str | None:
    """What Django reads; None for what is no hash. A digest of a wrapped one is salted by the digest: repeating is
    equal.
    """
    if BCRYPT.fullmatch(stored):
        return f"bcrypt${stored}"
    if SHA256.fullmatch(stored):
        hasher = Argon2OfSha256()
        return hasher.encode_digest(stored, hashlib.sha256(f"legacy|{stored}".encode()).hexdigest()[:22])
    return None
