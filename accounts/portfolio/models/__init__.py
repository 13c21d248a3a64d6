from accounts.portfolio.models.account import UserAccount, UserPortfolio
from accounts.portfolio.models.ledger import UserLedger
from accounts.portfolio.models.order import UserOrder

__all__ = ["UserAccount", "UserLedger", "UserOrder", "UserPortfolio"]
