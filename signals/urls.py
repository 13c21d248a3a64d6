from django.urls import path

from signals import views

urlpatterns = [
    path("signals/alarms", views.AlarmsView.as_view()),
    path("signals/alarms/<uuid:alarm_id>", views.AlarmView.as_view()),
    path("signals/symbols", views.SymbolsView.as_view()),
    path("signals/history", views.HistoryView.as_view()),
    path("signals/kalman/<str:ticker>", views.KalmanView.as_view()),
    path("signals/statistics", views.StatisticsView.as_view()),
]
