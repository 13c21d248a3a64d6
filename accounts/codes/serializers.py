"""Input check of codes."""

from rest_framework import serializers

from config.bodies import Body


class CodeInput(Body):
    code = serializers.RegexField(r"^[0-9]{6}\Z", max_length=6, trim_whitespace=False)
