"""`/api/v1/payments/...`"""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import plans
from accounts.api import AccountView, PublicView
from accounts.payments import selectors, serializers, services
from accounts.payments.webhooks import webhook_take
from config import paging
from shards.scope import Scope


class PlanView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="payments_plan_get", responses=serializers.PlanOutput)
    def get(self, request: Request) -> Response:
        """Your plan, what it allows now, and when you are charged next."""
        return Response(selectors.plan(account_db_key=self.account_db_key)._asdict())

    @extend_schema(
        operation_id="payments_plan_change", request=serializers.PlanChangeInput, responses=serializers.PlanOutput
    )
    def post(self, request: Request) -> Response:
        """Change your plan. What you paid and have not used is taken off the first charge. FREE lets a paid plan end
        with its period. `pending_plan` says that the charge is not settled yet; a declined one leaves all as it was."""
        data = paging.checked(serializers.PlanChangeInput, request.data)
        return Response(services.plan_change(account_db_key=self.account_db_key, **data)._asdict())

    @extend_schema(
        operation_id="payments_plan_renewal", request=serializers.AutoRenewalInput, responses=serializers.PlanOutput
    )
    def patch(self, request: Request) -> Response:
        """Let your plan end with its period, or go on after all."""
        data = paging.checked(serializers.AutoRenewalInput, request.data)
        return Response(services.auto_renewal_set(account_db_key=self.account_db_key, **data)._asdict())


class PlansView(AccountView):
    @extend_schema(operation_id="payments_plans", responses=serializers.OffersOutput)
    def get(self, request: Request) -> Response:
        """What there is to choose from."""
        return Response({"results": [offer._asdict() for offer in plans.offers()], "next": None})


class HistoryView(AccountView):
    @extend_schema(
        operation_id="payments_history",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("PaymentPage", serializers.PaymentOutput),
    )
    def get(self, request: Request) -> Response:
        """Every plan that you have had, the newest first, and what was charged for it."""
        asked = paging.checked(paging.PageInput, request.query_params)
        before = paging.read_time_and_id(asked.get("cursor"))
        rows = selectors.history(account_db_key=self.account_db_key, before=before, limit=asked["limit"] + 1)
        return Response(paging.page(rows, asked["limit"], lambda row: (row.created_at, row.payment_id)))


class MethodsView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="payments_methods_list", responses=serializers.PaymentMethodsOutput)
    def get(self, request: Request) -> Response:
        rows = selectors.payment_methods(account_db_key=self.account_db_key)
        return Response({"results": [row._asdict() for row in rows], "next": None})

    @extend_schema(
        operation_id="payments_methods_add",
        request=serializers.PaymentMethodInput,
        responses={201: serializers.PaymentMethodOutput},
    )
    def post(self, request: Request) -> Response:
        """Add a payment method by the token that the provider gave you; the first one is the default."""
        data = paging.checked(serializers.PaymentMethodInput, request.data)
        method = services.payment_method_add(account_db_key=self.account_db_key, **data)
        return Response(method._asdict(), status=201)


class MethodView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="payments_methods_remove", responses={204: None})
    def delete(self, request: Request, payment_method_id: UUID) -> Response:
        services.payment_method_remove(account_db_key=self.account_db_key, payment_method_id=payment_method_id)
        return Response(status=204)


class MethodDefaultView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="payments_methods_default", request=None, responses={204: None})
    def post(self, request: Request, payment_method_id: UUID) -> Response:
        """Make it the default, also for the renewals of your plan."""
        services.payment_method_default(account_db_key=self.account_db_key, payment_method_id=payment_method_id)
        return Response(status=204)


class WebhookView(PublicView):
    throttle = "webhooks"

    @extend_schema(
        operation_id="payments_webhooks",
        parameters=[OpenApiParameter("X-Signature", str, OpenApiParameter.HEADER)],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, provider: str) -> Response:
        """For payment providers: what became of a charge. The body is signed as it is; the type it is sent as does not
        matter."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = request._request.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig
        is_new = webhook_take(name=provider, signature=request.headers.get("X-Signature", ""), body=body)
        return Response({"is_new": is_new})
