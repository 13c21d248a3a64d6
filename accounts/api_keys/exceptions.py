"""Refusals about API keys."""

from config.refusals import Refusal


class ApiKeyMissing(Refusal):
    code = "api_key_missing"
    status = 409
    detail = "There is no key of this service; save one with PUT api-keys."


class ApiKeyNotAllowed(Refusal):
    code = "api_key_not_allowed"
    status = 403
    detail = "You did not allow this key to be used for this; PUT api-keys changes that."


class ApiKeyUnreadable(Refusal):
    """The encryption key is gone, or the row is another account's copy. The log names the column, never the value."""

    code = "api_key_unreadable"
    status = 409
    detail = "A stored key cannot be read any more; save it again."
