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


class SignalUnknown(Refusal):
    code = "signal_unknown"
    status = 404
    detail = "There is no such signal."


class AlarmNeverFires(Refusal):
    code = "alarm_never_fires"
    status = 400
    errno = 31204
    detail = "No bar can leave such a band: k must be less than the square root of window - 1."
    field = "k"


class KalmanStepTaken(Refusal):
    code = "kalman_step_taken"
    status = 409
    errno = 31205
    detail = "Another observation has this step already; go on from the latest state."


class KalmanStateInvalid(Refusal):
    code = "kalman_state_invalid"
    status = 400
    errno = 31206
    detail = "A state is five numbers with a 5 x 5 covariance, symmetric and positive definite."


class KalmanUnknown(Refusal):
    code = "kalman_unknown"
    status = 404
    detail = "There is no filter for this symbol: it has no bars yet."
