"""A Databricks workspace on loopback, for tests: MLflow's own client talks to it, and it runs what is submitted.

`server.Workspace` is the whole; `cluster` is the place where jobs run. What differs from a real workspace:
a driver finds host and token in its environment (a real one gets them from the notebook context), clusters share
the machine's interpreter, and workers are threads of the driver.
"""

from workspace.server import Workspace

__all__ = ["Workspace"]
