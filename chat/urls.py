from django.urls import path

from chat import views
from chat.replies import views as replies

ROOM = "chat/rooms/<uuid:room_id>"
MESSAGE = f"{ROOM}/messages/<uuid:message_id>"

urlpatterns = [
    path("chat/personas", views.PersonasView.as_view()),
    path("chat/search", views.SearchView.as_view()),
    path("chat/statistics", views.StatisticsView.as_view()),
    path("chat/rooms", views.RoomsView.as_view()),
    path(ROOM, views.RoomView.as_view()),
    path(f"{ROOM}/export", views.ExportView.as_view()),
    path(f"{ROOM}/messages", replies.MessagesView.as_view()),
    path(MESSAGE, views.MessageView.as_view()),
    path(f"{MESSAGE}/stream", replies.StreamView.as_view()),
    path(f"{MESSAGE}/stop", replies.StopView.as_view()),
    path(f"{MESSAGE}/regenerate", replies.RegenerateView.as_view()),
    path(f"{MESSAGE}/continue", replies.ContinueView.as_view()),
]
