"""Starts a fan-out from Python: `runTasks` takes tasks as data, so any of Temporal's SDKs will do.

usage: TEMPORAL_ADDRESS=localhost:7233 python run_tasks.py
"""

import asyncio
import json
import os
import uuid

from temporalio.client import Client


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    outcome = await client.execute_workflow(
        "runTasks",
        {
            "tasks": [{"id": f"n{n}", "activity": "echo", "input": n} for n in range(5)],
            "options": {"concurrency": 2, "deadline": "30s", "minSuccessRatio": 0.8},
        },
        id=f"from-python-{uuid.uuid4()}",
        task_queue=os.environ.get("FANFOLD_TASK_QUEUE", "fanfold"),
    )
    print(json.dumps(outcome["fanIn"]), flush=True)


asyncio.run(main())
# Threads of the client outlive the loop, and an interpreter that tidies up below them is killed by a signal in one
# of five runs (https://github.com/temporalio/sdk-python/issues/300): a program that ends here does not tidy up.
os._exit(0)
