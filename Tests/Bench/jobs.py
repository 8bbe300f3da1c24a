"""How many jobs that do nothing one host runs in a second on PostgreSQL: claimed, run and written down."""
import os, statistics, subprocess

TARGET = 5_000
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def measure(folder, options):
    enqueued, ran = [], []
    for _ in range(options.rounds):
        drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        subprocess.run(["psql", "-q", os.environ["HEARTH_TEST_POSTGRES"], "-c", drop], check=True, stderr=subprocess.DEVNULL)
        program = f"{ROOT}/.build/release/bench-jobs"
        answer = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
        enqueued.append(int(answer[0]))
        ran.append(int(answer[1]))
    print(f"jobs: {statistics.median(enqueued):,.0f} a second enqueued in batches, {statistics.median(ran):,.0f} a second run")
    return [] if statistics.median(ran) >= TARGET else [f"jobs: {statistics.median(ran):,.0f} a second, target {TARGET:,}"]
