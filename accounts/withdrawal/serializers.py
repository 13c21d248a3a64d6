"""Input checks and schema of leaving."""

from rest_framework import serializers

from config.bodies import Body


class WithdrawalInput(Body):
    current_password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)


class ExportOutput(serializers.Serializer):
    account_db_key = serializers.IntegerField()
    exported_at = serializers.DateTimeField()
    account = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
    rows = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
