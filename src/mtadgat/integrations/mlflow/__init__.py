"""MLflow: models, runs and searches; `service` and `quiet` are how all of them talk to it."""
