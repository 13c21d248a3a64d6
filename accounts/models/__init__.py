from accounts.models.account import Account
from accounts.models.profile import Profile
from accounts.models.session import UserSession

__all__ = ["Account", "Profile", "UserSession"]
