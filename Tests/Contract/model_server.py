"""The local providers of language models that the Swift tests use, as a program."""

import subprocess
from contextlib import contextmanager

from hosting import ROOT

PROGRAM = ROOT / ".build" / "debug" / "model-server"


@contextmanager
def model_server(wire: str):
    """Runs a provider that speaks the format of `anthropic`, `openai` or `ollama`; gives its address."""
    process = subprocess.Popen([PROGRAM, wire], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        # It ends with its input.
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()
