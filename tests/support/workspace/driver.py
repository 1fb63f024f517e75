"""Runs a Python file as the driver of a cluster does: in a live process that has a Spark session.

Started with the file, a JSON file of Spark confs and the parameters; standard library and pyspark only, since it
runs in the job's environment. The outcome is written to ``outcome.json`` in the working directory.
"""

import json
import sys
import traceback
from pathlib import Path


def main():
    file, confs, *parameters = sys.argv[1:]
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[8]").appName("Databricks Shell")
    for key, value in json.loads(Path(confs).read_text()).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    scope = {"__name__": "__main__", "spark": spark, "sc": spark.sparkContext}
    sys.argv = [file, *parameters]
    outcome = {"ok": True}
    try:
        exec(compile(Path(file).read_text(), file, "exec"), scope)
    except BaseException as error:  # a driver takes any SystemExit, also that of success, for a failure
        traceback.print_exc()
        outcome = {
            "ok": False,
            "error": f"{type(error).__name__}: {error}",
            "trace": traceback.format_exc(),
        }
    Path("/databricks/driver/outcome.json").write_text(json.dumps(outcome))
    sys.stdout.flush()
    sys.stderr.flush()
    spark.stop()


main()
