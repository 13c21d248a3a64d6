"""The platform's Kalman filters as they run: one for each symbol, a step for each session.

`table_kalman_history` holds every step on every shard; Redis holds the latest state of each filter; `update` takes all
filters whose symbols have new or corrected bars one or more steps on.
"""
