from accounts.models.account import Account
from accounts.models.account_audit import AccountAudit
from accounts.models.account_erasure import AccountErasure
from accounts.models.api_keys import ApiKeys
from accounts.models.device import Device
from accounts.models.one_time_code import OneTimeCode
from accounts.models.password_history import PasswordHistory
from accounts.models.payment import Payment
from accounts.models.payment_charge import LocalCharge, PaymentCharge, PaymentWebhook
from accounts.models.payment_method import PaymentMethod
from accounts.models.plan import Plan
from accounts.models.profile import NOTIFICATION_DEFAULTS, Profile, ProfileImage
from accounts.models.second_factor import RecoveryCode, SecondFactor
from accounts.models.session import UserSession
from accounts.portfolio.models import UserAccount, UserLedger, UserOrder, UserPortfolio

__all__ = [
    "NOTIFICATION_DEFAULTS",
    "Account",
    "AccountAudit",
    "AccountErasure",
    "ApiKeys",
    "Device",
    "LocalCharge",
    "OneTimeCode",
    "PasswordHistory",
    "Payment",
    "PaymentCharge",
    "PaymentMethod",
    "PaymentWebhook",
    "Plan",
    "Profile",
    "ProfileImage",
    "RecoveryCode",
    "SecondFactor",
    "UserAccount",
    "UserLedger",
    "UserOrder",
    "UserPortfolio",
    "UserSession",
]
