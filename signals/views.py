"""`/api/v1/signals/...`"""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from config import paging
from config.views import View
from signals import model_server, selectors, serializers, services
from signals.authentication import ServiceTokenAuthentication
from signals.kalman_health import Health
from signals.regime import STATES, THRESHOLD
from signals.tracking.steps import signal_of

SYMBOLS_SHOWN = 50


class AlarmsView(AccountView):
    @extend_schema(
        operation_id="signals_alarms_list",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("AlarmPage", serializers.AlarmOutput),
    )
    def get(self, request: Request) -> Response:
        """Your alarms, newest first; inactive ones too."""
        asked = paging.checked(paging.PageInput, request.query_params)
        before = paging.read_id(asked.get("cursor"))
        rows = selectors.alarm_list(account_db_key=self.account_db_key, before=before, limit=asked["limit"] + 1)
        return Response(paging.page(rows, asked["limit"], lambda row: (row.alarm_id,), selectors.alarms_described))

    @extend_schema(
        operation_id="signals_alarms_create",
        request=serializers.AlarmCreateInput,
        responses={201: serializers.AlarmCreatedOutput},
    )
    def post(self, request: Request) -> Response:
        """Watch a symbol: tells you of each close that crosses out of its Bollinger band from now on. `preview` says
        what it would have done in the last year.
        """
        data = paging.checked(serializers.AlarmCreateInput, request.data)
        alarm = services.alarm_create(account_db_key=self.account_db_key, **data)
        (described,) = selectors.alarms_described([alarm])
        return Response(described | {"preview": selectors.alarm_preview(alarm)._asdict()}, status=201)


class AlarmView(AccountView):
    @extend_schema(operation_id="signals_alarms_get", responses=serializers.AlarmOutput)
    def get(self, request: Request, alarm_id: UUID) -> Response:
        alarm = selectors.alarm_get(account_db_key=self.account_db_key, alarm_id=alarm_id)
        return Response(selectors.alarms_described([alarm])[0])

    @extend_schema(
        operation_id="signals_alarms_update",
        request=serializers.AlarmUpdateInput,
        responses=serializers.AlarmOutput,
    )
    def patch(self, request: Request, alarm_id: UUID) -> Response:
        """Switch it off or on, change its note, window or k. Switched on, it fires on later sessions only."""
        data = paging.checked(serializers.AlarmUpdateInput, request.data)
        alarm = services.alarm_update(account_db_key=self.account_db_key, alarm_id=alarm_id, **data)
        return Response(selectors.alarms_described([alarm])[0])

    @extend_schema(operation_id="signals_alarms_delete", responses={204: None})
    def delete(self, request: Request, alarm_id: UUID) -> Response:
        """Its signals stay in the history."""
        services.alarm_delete(account_db_key=self.account_db_key, alarm_id=alarm_id)
        return Response(status=204)


class HistoryView(AccountView):
    @extend_schema(
        operation_id="signals_history",
        parameters=[
            *paging.PARAMETERS,
            OpenApiParameter("symbol", str),
            OpenApiParameter("alarm_id", UUID),
        ],
        responses=paging.page_schema("HistoryPage", serializers.HistoryOutput),
    )
    def get(self, request: Request) -> Response:
        """Your signals, the latest session first, with their outcome once it is known."""
        asked = paging.checked(serializers.HistoryInput, request.query_params)
        rows = selectors.history_list(
            account_db_key=self.account_db_key,
            symbol=asked.get("symbol"),
            alarm_id=asked.get("alarm_id"),
            before=paging.read_date_and_id(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        return Response(paging.page(rows, asked["limit"], lambda row: (row.session, row.signal_id)))


class RevisionsView(AccountView):
    @extend_schema(operation_id="signals_history_revisions", responses=serializers.RevisionsOutput)
    def get(self, request: Request, signal_id: UUID) -> Response:
        """A signal's judgements as they were before a bar was corrected or came late, the newest first."""
        rows = selectors.revisions_get(account_db_key=self.account_db_key, signal_id=signal_id)
        return Response({"results": [row._asdict() for row in rows], "next": None})


class ScorecardsView(AccountView):
    @extend_schema(
        operation_id="signals_scorecards",
        parameters=[OpenApiParameter("symbol", str)],
        responses=serializers.ScorecardsOutput,
    )
    def get(self, request: Request) -> Response:
        """How each strategy (source, window and k) did on each symbol, beside what a random day would have given."""
        asked = paging.checked(serializers.ScorecardsInput, request.query_params)
        cards = selectors.scorecards(account_db_key=self.account_db_key, symbol=asked.get("symbol"))
        return Response({"results": cards, "next": None})


class StatisticsView(AccountView):
    @extend_schema(operation_id="signals_statistics", responses=serializers.StatisticsOutput)
    def get(self, request: Request) -> Response:
        """How your signals turned out; what is not judged yet is pending."""
        return Response(selectors.statistics(account_db_key=self.account_db_key))


class SymbolsView(AccountView):
    @extend_schema(
        operation_id="signals_symbols",
        parameters=[OpenApiParameter("q", str, description="The start of a code or a part of a company's name.")],
        responses=serializers.SymbolsOutput,
    )
    def get(self, request: Request) -> Response:
        asked = paging.checked(serializers.SymbolsInput, request.query_params)
        rows = selectors.symbols_search(text=asked["q"], limit=SYMBOLS_SHOWN)
        return Response({"results": [row._asdict() for row in rows], "next": None})


class KalmanView(AccountView):
    @extend_schema(operation_id="signals_kalman", responses=serializers.KalmanOutput)
    def get(self, request: Request, ticker: str) -> Response:
        """The platform's Kalman filter of a symbol: five states, how sure it is of them, and what follows."""
        asked = paging.checked(serializers.TickerInput, {"ticker": ticker})
        known = selectors.kalman_get(account_db_key=self.account_db_key, **asked)
        signal = signal_of(known)
        return Response(
            {
                "ticker": known.ticker,
                "session": known.timestamp.date(),
                "step_count": known.step_count,
                "states": [
                    {"name": name, "value": value, "std": known.P[place][place] ** 0.5}
                    for place, (name, value) in enumerate(zip(STATES, known.x, strict=True))
                ],
                "covariance_matrix_p": known.P,
                "trading_signal": signal.side,
                "score": signal.score,
                "threshold": THRESHOLD,
                "confidence": signal.confidence,
                "health": Health(known.health).name.lower(),
            }
        )


class ChartView(AccountView):
    @extend_schema(
        operation_id="signals_chart",
        parameters=[
            OpenApiParameter("window", {"type": "integer", "minimum": 2, "maximum": 250, "default": 20}),
            OpenApiParameter("k", {"type": "string", "format": "decimal", "default": "2"}),
            OpenApiParameter("sessions", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 250}),
        ],
        responses=serializers.ChartOutput,
    )
    def get(self, request: Request, symbol: str) -> Response:
        """Closes, bands, what an alarm on them would have signalled and how it turned out, and the Kalman filter."""
        asked = paging.checked(serializers.ChartInput, request.query_params.dict() | {"symbol": symbol})
        return Response(selectors.chart_get(account_db_key=self.account_db_key, **asked))


class IngestView(View):
    """For the Model Server."""

    authentication_classes = (ServiceTokenAuthentication,)

    @extend_schema(
        operation_id="signals_ingest",
        request=serializers.IngestInput,
        responses=serializers.IngestOutput,
    )
    def post(self, request: Request) -> Response:
        """Signals of another system, with its service token: each goes to every alarm of its symbol. Sending one again
        does nothing; one that is refused harms no other. `not_closed` ones may be sent again when their bar is there.
        """
        data = paging.checked(serializers.IngestInput, request.data)
        signals = [model_server.ModelSignal(**signal) for signal in data["signals"]]
        return Response({"results": model_server.ingest(signals)})
