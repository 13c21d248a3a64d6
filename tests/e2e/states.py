"""What is promised of every endpoint and every job while a shard is not as usual: one table.

The account lives on shard 2, which goes through STATES; "stopped" is a server that hangs (SIGSTOP). Beside its promise
each endpoint has the status, and the code of a refusal, with which the request of `test_states` is answered when all is
well. A new operation of the schema or a new task is a new line here, or that test fails.
"""

from typing import NamedTuple

STATES = ("maintenance", "disabled", "killed", "stopped", "back")


class Promise(NamedTuple):
    """What is said in each state but the last; empty: the same as when all is well."""

    maintenance: str = ""
    disabled: str = ""
    killed: str = ""
    stopped: str = ""


AWAY = "503 shard_unavailable"
#                   maintenance              disabled    killed     stopped
GLOBAL = Promise()  # needs the global database alone
READ = Promise("", AWAY, AWAY, AWAY)
WRITE = Promise("503 shard_maintenance", AWAY, AWAY, AWAY)

# Every job ends well in every state. One that goes over the shards ("done") says which it left out.
NO_SHARD = Promise()
EACH_SHARD = Promise("", "left out", "skipped", "skipped")
EVERY_SHARD = Promise("", "skipped", "skipped", "skipped")  # a disabled one is missing, too

ENDPOINTS: dict[str, tuple[Promise, str]] = {
    "api_keys_get": (GLOBAL, "200"),
    "api_keys_put": (GLOBAL, "200"),
    "api_keys_delete": (GLOBAL, "204"),
    "auth_login": (GLOBAL, "200"),
    "auth_login_second_step": (GLOBAL, "401 second_factor_invalid"),
    "auth_logout": (GLOBAL, "204"),
    "auth_password": (GLOBAL, "400 password_wrong"),
    "auth_reset_request": (GLOBAL, "202"),
    "auth_reset_password": (GLOBAL, "400 reset_link_invalid"),
    "auth_sessions_list": (GLOBAL, "200"),
    "auth_sessions_end": (GLOBAL, "404 session_not_found"),
    "auth_signup": (GLOBAL, "201"),
    "auth_totp_get": (GLOBAL, "200"),
    "auth_totp_begin": (GLOBAL, "201"),
    "auth_totp_confirm": (GLOBAL, "401 second_factor_invalid"),
    "auth_totp_remove": (GLOBAL, "400 password_wrong"),
    "auth_verify_email_request": (GLOBAL, "202"),
    "auth_verify_email": (GLOBAL, "400 code_invalid"),
    "auth_verify_phone_request": (GLOBAL, "409 phone_missing"),
    "auth_verify_phone": (GLOBAL, "400 code_invalid"),
    "chat_personas": (GLOBAL, "200"),
    "chat_rooms_list": (READ, "200"),
    "chat_rooms_create": (WRITE, "201"),
    "chat_rooms_get": (READ, "200"),
    "chat_rooms_update": (WRITE, "200"),
    "chat_rooms_delete": (WRITE, "204"),
    "chat_rooms_export": (READ, "200"),
    "chat_messages_list": (READ, "200"),
    "chat_messages_send": (GLOBAL, "201"),
    "chat_messages_get": (READ, "200"),
    "chat_messages_delete": (WRITE, "204"),
    "chat_messages_continue": (READ, "409 chat_not_an_answer"),
    "chat_messages_regenerate": (READ, "409 chat_not_an_answer"),
    "chat_messages_stop": (READ, "404 chat_message_unknown"),
    "chat_messages_stream": (READ, "404 chat_message_unknown"),
    "chat_search": (READ, "200"),
    "chat_statistics": (READ, "200"),
    "dashboard": (READ, "200"),
    "devices_list": (GLOBAL, "200"),
    "devices_register": (GLOBAL, "201"),
    "devices_delete": (GLOBAL, "204"),
    "notifications_list": (READ, "200"),
    "notifications_delete": (WRITE, "404 notification_unknown"),
    "notifications_read": (WRITE, "404 notification_unknown"),
    "notifications_trace": (READ, "404 notification_unknown"),
    "notifications_preferences_get": (READ, "200"),
    "notifications_preferences_update": (WRITE, "200"),
    "notifications_preference_put": (WRITE, "200"),
    "notifications_price_alarms_list": (READ, "200"),
    "notifications_price_alarms_create": (WRITE, "201"),
    "notifications_price_alarms_delete": (WRITE, "204"),
    "notifications_read_all": (WRITE, "200"),
    "notifications_stats": (READ, "200"),
    "notifications_stream": (READ, "200"),
    "notifications_webhooks_list": (READ, "200"),
    "notifications_webhooks_create": (WRITE, "201"),
    "notifications_webhooks_delete": (WRITE, "204"),
    "payments_history": (GLOBAL, "200"),
    "payments_methods_list": (GLOBAL, "200"),
    "payments_methods_add": (GLOBAL, "201"),
    "payments_methods_remove": (GLOBAL, "204"),
    "payments_methods_default": (GLOBAL, "204"),
    "payments_plan_get": (GLOBAL, "200"),
    "payments_plan_change": (GLOBAL, "404 payment_method_missing"),
    "payments_plan_renewal": (GLOBAL, "409 plan_is_free"),
    "payments_plans": (GLOBAL, "200"),
    "payments_webhooks": (GLOBAL, "400 webhook_invalid"),
    "portfolio_get": (READ, "200"),
    "portfolio_account": (READ, "200"),
    "portfolio_orders_list": (READ, "200"),
    "portfolio_orders_create": (WRITE, "201"),
    "portfolio_orders_get": (READ, "200"),
    "portfolio_orders_cancel": (WRITE, "200"),
    "portfolio_rebalance": (READ, "200"),
    "profile_get": (GLOBAL, "200"),
    "profile_update": (GLOBAL, "200"),
    "profile_export": (READ, "200"),
    "profile_image_get": (GLOBAL, "200"),
    "profile_image_put": (GLOBAL, "204"),
    "profile_image_delete": (GLOBAL, "204"),
    "notification_settings_get": (GLOBAL, "200"),
    "notification_settings_update": (GLOBAL, "200"),
    "profile_setup": (GLOBAL, "200"),
    "profile_withdraw": (GLOBAL, "400 password_wrong"),
    "profile_withdraw_cancel": (GLOBAL, "409 withdrawal_not_requested"),
    "signals_alarms_list": (READ, "200"),
    "signals_alarms_create": (WRITE, "201"),
    "signals_alarms_get": (READ, "200"),
    "signals_alarms_update": (WRITE, "200"),
    "signals_alarms_delete": (WRITE, "204"),
    "signals_chart": (READ, "200"),
    "signals_history": (READ, "200"),
    "signals_history_revisions": (READ, "404 signal_unknown"),
    "signals_ingest": (GLOBAL, "200"),
    "signals_kalman": (READ, "200"),
    "signals_scorecards": (READ, "200"),
    "signals_statistics": (READ, "200"),
    "signals_symbols": (GLOBAL, "200"),
    "tutorial_progress_list": (READ, "200"),
    "tutorial_progress_complete": (WRITE, "200"),
}

JOBS: dict[str, tuple[Promise, str]] = {
    "accounts.code_send": (NO_SHARD, "done"),
    "accounts.codes_expire": (NO_SHARD, "done"),
    "accounts.devices_expire": (NO_SHARD, "done"),
    "accounts.erase": (NO_SHARD, "done"),
    "accounts.local_provider": (NO_SHARD, "done"),
    "accounts.payments_bill": (NO_SHARD, "done"),
    "accounts.sessions_bury": (NO_SHARD, "done"),
    "accounts.sessions_expire": (NO_SHARD, "done"),
    "accounts.sessions_seen": (NO_SHARD, "done"),
    "chat.doctor": (EACH_SHARD, "done"),
    "chat.recover": (EACH_SHARD, "done"),
    "notifications.check": (EACH_SHARD, "done"),
    "notifications.notices": (NO_SHARD, "done"),
    "notifications.plan": (EACH_SHARD, "done"),
    "notifications.prices": (EACH_SHARD, "done"),
    "notifications.send": (EACH_SHARD, "done"),
    "notifications.settings_copy": (EACH_SHARD, "done"),
    "notifications.sweep": (EACH_SHARD, "done"),
    "outbox.catch_up": (EACH_SHARD, "done"),
    "outbox.cleanup": (EACH_SHARD, "done"),
    "outbox.consume": (EACH_SHARD, "done"),
    "outbox.observe": (EACH_SHARD, "done"),
    "outbox.relay": (EACH_SHARD, "done"),
    "portfolio.settle": (EACH_SHARD, "done"),
    "saga.cleanup": (EACH_SHARD, "done"),
    "saga.drive": (EACH_SHARD, "done"),
    "saga.observe": (EACH_SHARD, "done"),
    "shards.idempotency_expire": (EACH_SHARD, "done"),
    "shards.observe": (NO_SHARD, "done"),
    "shards.retention": (EACH_SHARD, "done"),
    "shards.statistics": (EVERY_SHARD, "done"),
    "signals.evaluate": (EACH_SHARD, "done"),
    "signals.poll_models": (NO_SHARD, "done"),
    "signals.scan": (EACH_SHARD, "done"),
    "signals.watch_market": (NO_SHARD, "done"),
}
