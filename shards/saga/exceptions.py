"""Refusals about sagas: 3105x."""

from config.refusals import Refusal


class SagaUnknown(Refusal):
    code = "saga_unknown"
    status = 404
    detail = "There is no such saga on this database."


class SagaResourceBusy(Refusal):
    """Of a definition that does not wait; nothing was started."""

    code = "saga_resource_busy"
    status = 409
    errno = 31051
    detail = "Something else is being done with this at the moment; try again when it has ended."
    retry_after = 2


class SagaOperationRefused(Refusal):
    code = "saga_operation_refused"
    status = 409
    detail = "The saga is not in a state in which this can be done."
