"""Refusals about leaving: 31132 to 31134."""

from config.refusals import Refusal


class WithdrawalNotRequested(Refusal):
    code = "withdrawal_not_requested"
    status = 409
    errno = 31132
    detail = "You have not asked to leave."


class WithdrawalFinal(Refusal):
    code = "withdrawal_final"
    status = 409
    errno = 31133
    detail = "The time in which you could have stayed is over."


class AccountNotWithdrawing(Refusal):
    code = "account_not_withdrawing"
    status = 409
    errno = 31134
    detail = "The account stays, or may still think about it."
