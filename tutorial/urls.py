from django.urls import path

from tutorial import views

urlpatterns = [
    path("tutorial/progress", views.ProgressListView.as_view()),
    path("tutorial/progress/<str:tutorial_type>", views.ProgressView.as_view()),
]
