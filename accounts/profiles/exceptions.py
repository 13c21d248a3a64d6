"""Refusals about profiles and devices: 31130 to 31139."""

from config.refusals import Refusal


class DeviceUnknown(Refusal):
    code = "device_unknown"
    status = 404
    errno = 31130
    detail = "There is no such device."


class ImageInvalid(Refusal):
    code = "image_invalid"
    status = 400
    detail = "This is no JPEG, PNG, WebP or GIF picture that can be read."
    field = "image"


class ImageTooLarge(Refusal):
    code = "image_too_large"
    status = 413
    detail = "The picture has more than 8,000 pixels a side or 40 million in all."
    field = "image"


class ImageUnknown(Refusal):
    code = "image_unknown"
    status = 404
    detail = "There is no profile image."


class EmailNeedsPassword(Refusal):
    code = "email_needs_password"
    status = 403
    detail = "Changing the e-mail address needs the current password, in current_password."
    field = "current_password"
