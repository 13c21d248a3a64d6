"""`/api/v1/api-keys`"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.api_keys import selectors, serializers, services
from config import paging
from shards.scope import Scope


class ApiKeysView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="api_keys_get", responses=serializers.ApiKeysOutput)
    def get(self, request: Request) -> Response:
        """Which keys you have saved, masked, and what each may be used for."""
        return Response(selectors.api_keys(account_db_key=self.account_db_key))

    @extend_schema(operation_id="api_keys_put", request=serializers.ApiKeysInput, responses=serializers.ApiKeysOutput)
    def put(self, request: Request) -> Response:
        """Save the keys and permissions that are given; null removes a key. Trading is off unless you allow it."""
        data = paging.checked(serializers.ApiKeysInput, request.data)
        services.api_keys_save(account_db_key=self.account_db_key, **data)
        return Response(selectors.api_keys(account_db_key=self.account_db_key))

    @extend_schema(operation_id="api_keys_delete", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forget all keys, and what they were allowed."""
        services.api_keys_delete(account_db_key=self.account_db_key)
        return Response(status=204)
