"""Refusals about alarms: 312xx."""

from config.refusals import Refusal


class SymbolUnknown(Refusal):
    code = "symbol_unknown"
    status = 400
    detail = "The market has no such symbol; search with GET signals/symbols?q=."
    field = "symbol"


class AlarmDuplicate(Refusal):
    code = "alarm_duplicate"
    status = 409
    errno = 31202
    detail = "You have an alarm for this symbol already."
    field = "symbol"


class AlarmUnknown(Refusal):
    code = "alarm_unknown"
    status = 404
    errno = 31203
    detail = "There is no such alarm."


class AlarmNeverFires(Refusal):
    code = "alarm_never_fires"
    status = 400
    errno = 31204
    detail = "No bar can leave such a band: k must be less than the square root of window - 1."
    field = "k"
