"""Input checks and schema of passwords."""

from rest_framework import serializers

from accounts.serializers import PlatformField
from config.bodies import Body


class PasswordField(serializers.CharField):
    """Taken as it is: no character is changed, none is left out. The length only bounds the work."""

    def __init__(self) -> None:
        super().__init__(max_length=1000, trim_whitespace=False, write_only=True)


class PasswordInput(Body):
    current_password = PasswordField()
    new_password = PasswordField()


class ResetRequestInput(Body):
    email = serializers.EmailField(max_length=254)
    platform_type = PlatformField()


class ResetInput(Body):
    token = serializers.CharField(max_length=100)
    new_password = PasswordField()
