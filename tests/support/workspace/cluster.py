"""A cluster: its libraries, and a mount namespace in which ``/dbfs``, ``/databricks`` and ``/Volumes`` exist.

The namespace shows the machine's file system without the checkout, the real data and the files of the client in
``/tmp``, so that a job finds only what was uploaded.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

from checkout import ROOT
from workspace.libraries import environment, runtime_environment, runtime_of

ENTER = r"""
set -e
mount --make-rprivate /
mount -t tmpfs none "$NEW"
for entry in /*; do
  name="${entry#/}"
  case "$name" in dbfs|databricks|Volumes|proc|tmp) continue ;; esac
  if [ -L "$entry" ]; then cp -a "$entry" "$NEW/"
  elif [ -d "$entry" ]; then mkdir "$NEW/$name"; mount --rbind "$entry" "$NEW/$name"
  fi
done
mkdir "$NEW/proc" "$NEW/tmp" "$NEW/dbfs" "$NEW/databricks" "$NEW/Volumes"
mount -t proc proc "$NEW/proc"
chmod 1777 "$NEW/tmp"
for hidden in $HIDDEN; do
  if [ -d "$NEW$hidden" ]; then mount -t tmpfs none "$NEW$hidden"; fi
done
for kept in $KEPT; do mkdir -p "$NEW$kept"; mount --bind "$kept" "$NEW$kept"; done
mount --bind "$DBFS" "$NEW/dbfs"
mount --bind "$VOLUMES" "$NEW/Volumes"
mount --bind "$NODE" "$NEW/databricks"
mapfile -d '' variables < "$NODE/environment"
exec chroot "$NEW" /usr/bin/env -i --chdir=/databricks/driver "${variables[@]}" "$@"
"""


def what_is_missing() -> str:
    """Return why no cluster can be made here, or nothing."""
    tools = [tool for tool in ("unshare", "chroot", "rsync", "java", "tar") if shutil.which(tool) is None]
    if tools:
        return f"no {', '.join(tools)} on this machine"
    tried = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, check=False)
    return f"no mount namespace: {tried.stderr.strip()}" if tried.returncode else ""


def _unshare() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--fork", "--kill-child"]


@dataclass
class Cluster:
    """A cluster for one job.

    Args:
        folder: scratch of this cluster.
        dbfs: folder behind ``/dbfs``.
        volumes: folder behind ``/Volumes``.
        environments: folder of the environments that clusters share.
        libraries: libraries that the job names.
        spark_version: key of the runtime, such as ``17.3.x-cpu-ml-scala2.13``.
        spark_conf: Spark confs.
        variables: environment of the driver.
    """

    folder: Path
    dbfs: Path
    volumes: Path
    environments: Path
    libraries: list[str]
    spark_version: str
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    def start(self) -> None:
        """Install the libraries and lay out the node.

        Raises:
            LibraryInstallationError: there is no such runtime, or a library cannot be had.
        """
        self.node = self.folder / "node"
        (self.node / "driver").mkdir(parents=True)
        (self.folder / "new").mkdir()
        self.python = environment(self.environments, self.spark_version, self.libraries)
        shutil.copy(Path(__file__).with_name("driver.py"), self.node / "driver")
        own = {
            key: value
            for key, value in self.spark_conf.items()
            if key.startswith("spark.") and not key.startswith(("spark.databricks", "spark.master"))
        }
        own |= {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}
        own |= {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}  # starts faster
        (self.node / "driver" / "confs.json").write_text(json.dumps(own))
        variables = {
            "PATH": f"{self.python.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": "/tmp",
            "LANG": "C.UTF-8",
            "DATABRICKS_RUNTIME_VERSION": self.spark_version.partition(".x")[0],
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": str(self.python),
            "OMP_NUM_THREADS": "1",
            **({"JAVA_HOME": os.environ["JAVA_HOME"]} if "JAVA_HOME" in os.environ else {}),
            **self.variables,
        }
        (self.node / "environment").write_text("".join(f"{key}={value}\0" for key, value in variables.items()))

    def run(self, python_file: str, parameters: list[str]) -> dict:
        """Run a file of DBFS to its end; return the outcome as the driver wrote it."""
        file = python_file.replace("dbfs:/", "/dbfs/", 1)
        command = [str(self.python), "-P", "driver.py", file, "confs.json", *parameters]
        outside = {
            "NEW": str(self.folder / "new"),
            "NODE": str(self.node),
            "DBFS": str(self.dbfs),
            "VOLUMES": str(self.volumes),
            "HIDDEN": f"{ROOT} {ROOT.parent / 'shared'}",
            "KEPT": " ".join(self._kept()),
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
        }
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [*_unshare(), "bash", "-c", ENTER, "enter", *command], env=outside, stdout=log, stderr=log
            )
            self.process.wait()
        written = self.node / "driver" / "outcome.json"
        if written.exists():
            return json.loads(written.read_text())
        return {"ok": False, "error": f"the driver died with status {self.process.returncode}", "trace": self.log()}

    def stop(self) -> None:
        """End the driver and everything that it started."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)

    def log(self) -> str:
        """Return what the driver printed."""
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _kept(self) -> list[str]:
        """Folders of the interpreter that would be hidden together with the checkout or ``/tmp``."""
        runtime = runtime_environment(runtime_of(self.spark_version))
        needed = {str(self.python.parents[1]), str(runtime), sys.base_prefix}
        hidden = (Path(gettempdir()), Path("/tmp"), ROOT)
        return sorted(path for path in needed if any(Path(path).is_relative_to(folder) for folder in hidden))
