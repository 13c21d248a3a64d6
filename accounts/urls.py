from django.urls import include, path

from accounts import views
from accounts.api_keys import views as api_keys
from accounts.codes import views as codes
from accounts.devices import views as devices
from accounts.passwords import views as passwords
from accounts.payments import views as payments
from accounts.profiles import views as profiles
from accounts.second_factor import views as totp
from accounts.withdrawal import views as withdrawal

urlpatterns = [
    path("auth/signup", views.SignupView.as_view()),
    path("auth/login", views.LoginView.as_view()),
    path("auth/sessions", views.SessionsView.as_view()),
    path("auth/sessions/<uuid:session_id>", views.SessionView.as_view()),
    path("auth/password", passwords.PasswordView.as_view()),
    path("auth/reset-password", passwords.ResetRequestView.as_view()),
    path("auth/reset-password/confirm", passwords.ResetView.as_view()),
    path("auth/verify-email", codes.VerifyEmailView.as_view()),
    path("auth/verify-email/confirm", codes.VerifyEmailConfirmView.as_view()),
    path("auth/verify-phone", codes.VerifyPhoneView.as_view()),
    path("auth/verify-phone/confirm", codes.VerifyPhoneConfirmView.as_view()),
    path("auth/login/second-step", views.SecondStepView.as_view()),
    path("auth/totp", totp.FactorView.as_view()),
    path("auth/totp/confirm", totp.ConfirmView.as_view()),
    path("auth/totp/remove", totp.RemoveView.as_view()),
    path("auth/logout", views.LogoutView.as_view()),
    path("profile", profiles.ProfileView.as_view()),
    path("profile/setup", profiles.ProfileSetupView.as_view()),
    path("profile/image", profiles.ProfileImageView.as_view()),
    path("profile/notification-settings", profiles.NotificationSettingsView.as_view()),
    path("profile/withdrawal", withdrawal.WithdrawalView.as_view()),
    path("profile/export", withdrawal.ExportView.as_view()),
    path("api-keys", api_keys.ApiKeysView.as_view()),
    path("payments/plan", payments.PlanView.as_view()),
    path("payments/plans", payments.PlansView.as_view()),
    path("payments/history", payments.HistoryView.as_view()),
    path("payments/methods", payments.MethodsView.as_view()),
    path("payments/methods/<uuid:payment_method_id>", payments.MethodView.as_view()),
    path("payments/methods/<uuid:payment_method_id>/default", payments.MethodDefaultView.as_view()),
    path("payments/webhooks/<str:provider>", payments.WebhookView.as_view()),
    path("devices", devices.DevicesView.as_view()),
    path("devices/<uuid:device_id>", devices.DeviceView.as_view()),
    path("", include("accounts.portfolio.urls")),
]
