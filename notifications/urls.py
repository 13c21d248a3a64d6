from django.urls import path

from notifications import views
from notifications.prices.views import PriceAlarmsView, PriceAlarmView

urlpatterns = [
    path("notifications", views.NotificationsView.as_view()),
    path("notifications/read-all", views.ReadAllView.as_view()),
    path("notifications/stream", views.StreamView.as_view()),
    path("notifications/stats", views.StatsView.as_view()),
    path("notifications/preferences", views.PreferencesView.as_view()),
    path("notifications/preferences/<str:type_id>/<str:channel>", views.PreferenceView.as_view()),
    path("notifications/price-alarms", PriceAlarmsView.as_view()),
    path("notifications/price-alarms/<uuid:price_alarm_id>", PriceAlarmView.as_view()),
    path("notifications/webhooks", views.WebhooksView.as_view()),
    path("notifications/webhooks/<uuid:webhook_id>", views.WebhookView.as_view()),
    path("notifications/<uuid:notification_id>/trace", views.TraceView.as_view()),
    path("notifications/<uuid:notification_id>", views.NotificationView.as_view()),
    path("notifications/<uuid:notification_id>/read", views.ReadView.as_view()),
]
