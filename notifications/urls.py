from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications", views.NotificationsView.as_view()),
    path("notifications/<uuid:notification_id>/read", views.ReadView.as_view()),
]
