from django.urls import path

from signals import views

urlpatterns = [
    path("signals/alarms", views.AlarmsView.as_view()),
    path("signals/alarms/<uuid:alarm_id>", views.AlarmView.as_view()),
    path("signals/symbols", views.SymbolsView.as_view()),
    path("signals/history", views.HistoryView.as_view()),
    path("signals/history/<uuid:signal_id>/revisions", views.RevisionsView.as_view()),
    path("signals/chart/<str:symbol>", views.ChartView.as_view()),
    path("signals/ingest", views.IngestView.as_view()),
    path("signals/scorecards", views.ScorecardsView.as_view()),
    path("signals/kalman/<str:ticker>", views.KalmanView.as_view()),
    path("signals/statistics", views.StatisticsView.as_view()),
]
