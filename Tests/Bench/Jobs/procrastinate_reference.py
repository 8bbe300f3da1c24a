"""The same work as JobsBench.swift, done by another engine on the same PostgreSQL: procrastinate, in one process of Python.

    procrastinate_reference.py ADDRESS COUNT    prints how many jobs that do nothing a second are enqueued in batches, and run
"""
import asyncio, sys, time

import procrastinate

BATCH = 1_000
CONCURRENCY = 64


async def main(address, count):
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, max_size=16))

    @app.task(name="nothing")
    async def nothing():
        pass

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        began = time.perf_counter()
        for _ in range(0, count, BATCH):
            await nothing.batch_defer_async(*[{}] * BATCH)
        enqueued = time.perf_counter()
        await app.run_worker_async(concurrency=CONCURRENCY, wait=False, install_signal_handlers=False)
        ended = time.perf_counter()
    print(round(count / (enqueued - began)), round(count / (ended - enqueued)))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
