"""`/api/v1/tutorial/...`"""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from config import paging
from tutorial import selectors, serializers, services
from tutorial.definitions import TYPES


class ProgressListView(AccountView):
    @extend_schema(operation_id="tutorial_progress_list", responses=serializers.ProgressListOutput)
    def get(self, request: Request) -> Response:
        """How far you are in each tutorial."""
        found = selectors.progress(account_db_key=self.account_db_key)
        return Response({"results": [progress._asdict() for progress in found], "next": None})


class ProgressView(AccountView):
    @extend_schema(
        operation_id="tutorial_progress_complete",
        parameters=[OpenApiParameter("tutorial_type", str, OpenApiParameter.PATH, enum=list(TYPES))],
        request=serializers.CompleteInput,
        responses=serializers.ProgressOutput,
    )
    def put(self, request: Request, tutorial_type: str) -> Response:
        """Mark one step done. The furthest step never goes back, and what was skipped stays open."""
        data = paging.checked(serializers.CompleteInput, request.data)
        progress = services.step_complete(
            account_db_key=self.account_db_key, tutorial_type=tutorial_type, step_number=data["step_number"]
        )
        return Response(progress._asdict())
