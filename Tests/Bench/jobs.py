"""How many jobs that do nothing one host runs in a second on PostgreSQL: claimed, run and written down; beside procrastinate,
an engine in Python that keeps its jobs in PostgreSQL as well."""
import os, statistics, subprocess, sys

TARGET = 5_000
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REFERENCE = f"{ROOT}/Tests/Bench/Jobs"
VENV = f"{ROOT}/.build/bench-venv"


def measure(folder, options):
    reference = prepare_reference()
    hearth, procrastinate = [], []
    for _ in range(options.rounds):
        hearth.append(rates(f"{ROOT}/.build/release/bench-jobs"))
        procrastinate.append(rates(*reference, os.environ["HEARTH_TEST_POSTGRES"], "2000"))
    for name, rounds in ("hearth", hearth), ("procrastinate", procrastinate):
        enqueued, ran = (statistics.median(column) for column in zip(*rounds))
        print(f"jobs: {name} {enqueued:,.0f} a second enqueued in batches, {ran:,.0f} a second run")
    ran = statistics.median(ran for _, ran in hearth)
    return [] if ran >= TARGET else [f"jobs: {ran:,.0f} a second, target {TARGET:,}"]


def prepare_reference():
    """Installs the reference where the build is. Returns the command that measures it."""
    python = f"{VENV}/bin/python"
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", f"{REFERENCE}/requirements.txt"], check=True)
    return python, f"{REFERENCE}/procrastinate_reference.py"


def rates(*command):
    """What a program says of an empty database: jobs a second enqueued, and run."""
    drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    subprocess.run(["psql", "-q", os.environ["HEARTH_TEST_POSTGRES"], "-c", drop], check=True, stderr=subprocess.DEVNULL)
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split()
    return int(answer[0]), int(answer[1])
