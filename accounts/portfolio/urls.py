from django.urls import path

from accounts.portfolio import views

urlpatterns = [
    path("portfolio", views.PortfolioView.as_view()),
    path("portfolio/account", views.CashAccountView.as_view()),
    path("portfolio/orders", views.OrdersView.as_view()),
    path("portfolio/orders/<uuid:order_id>", views.OrderView.as_view()),
    path("portfolio/orders/<uuid:order_id>/cancel", views.OrderCancelView.as_view()),
    path("portfolio/rebalance", views.RebalanceView.as_view()),
    path("dashboard", views.DashboardView.as_view()),
]
