from django.urls import path

from accounts import views
from accounts.passwords import views as passwords

urlpatterns = [
    path("auth/signup", views.SignupView.as_view()),
    path("auth/login", views.LoginView.as_view()),
    path("auth/sessions", views.SessionsView.as_view()),
    path("auth/sessions/<uuid:session_id>", views.SessionView.as_view()),
    path("auth/password", passwords.PasswordView.as_view()),
    path("auth/reset-password", passwords.ResetRequestView.as_view()),
    path("auth/reset-password/confirm", passwords.ResetView.as_view()),
    path("auth/logout", views.LogoutView.as_view()),
]
