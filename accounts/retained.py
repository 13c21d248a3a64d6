"""The tables of accounts and how long their rows stay."""

from shards.retention import keeps, stays

keeps("table_one_time_codes", 7, "after they expired: a second look at what was asked for")
keeps("table_user_devices", 270, "unseen: push services forget a token themselves after about so long")
keeps("table_user_sessions", 180, "after they expired: where an account logged in from, and when")
stays(
    "one row an account", "table_accountid", "table_user_profiles", "table_user_profile_images", "table_user_api_keys"
)
stays(
    "one row an account",
    "table_second_factors",
    "table_recovery_codes",
    "table_account_erasures",
    "table_user_accounts",
)
stays("the books", "table_user_payments", "table_payment_methods", "table_payment_charges", "table_payment_webhooks")
stays("the books", "table_user_ledger", "table_user_orders", "table_user_portfolios", "table_account_audit")
stays("one row a change of a password; the last ones may not be used again", "table_password_history")
stays("one row a plan", "table_plans")
stays("the local provider's, none in production", "table_local_provider_charges")
