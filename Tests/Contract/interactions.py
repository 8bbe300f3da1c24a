"""What was really asked and answered: which operation reached which status, and who reached it."""

from collections import Counter
from urllib.parse import urlsplit

METHODS = ("get", "put", "post", "delete", "patch")


class Interactions:
    """Recorded requests, by operation and status."""

    def __init__(self, description: dict):
        self.operations = {
            (method.upper(), path): operation
            for path, item in description["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }
        self.found: Counter = Counter()  # by schemathesis
        self.aimed: Counter = Counter()  # by requests written for a status

    def note(self, method: str, url: str, status: int, is_aimed: bool) -> tuple[str, str] | None:
        """Counts a request that has an operation, and gives the operation."""
        path = self._template(urlsplit(url).path)
        if path is None or (method, path) not in self.operations:
            return None
        (self.aimed if is_aimed else self.found)[(method, path), str(status)] += 1
        return method, path

    def _template(self, path: str) -> str | None:
        segments = path.rstrip("/").split("/")
        best = None
        for _, template in self.operations:
            parts = template.rstrip("/").split("/")
            if len(parts) != len(segments):
                continue
            if all(part == segment or part.startswith("{") and segment for part, segment in zip(parts, segments)):
                # Literal segments beat parameters.
                if best is None or template.count("{") < best.count("{"):
                    best = template
        return best

    def gaps(self) -> list[str]:
        """What operations list and nobody has reached."""
        gaps = []
        for (method, path), operation in self.operations.items():
            for status in operation["responses"]:
                if not self.found[(method, path), status] and not self.aimed[(method, path), status]:
                    gaps.append(f"{method} {path}: {status}")
        return gaps

    def matrix(self) -> list[str]:
        """A table of operations and statuses: how often schemathesis reached it, then `+` and how often an aimed request did.
        `.` is listed and never reached, `(n)` reached and not listed."""
        reached = set(self.found) | set(self.aimed)
        statuses = sorted(
            {status for operation in self.operations.values() for status in operation["responses"]}
            | {status for _, status in reached}
        )
        width = max(len(f"{method} {path}") for method, path in self.operations)
        lines = [" " * width + "".join(f"{status:>9}" for status in statuses)]
        for (method, path), operation in sorted(self.operations.items(), key=lambda item: (item[0][1], item[0][0])):
            cells = ""
            for status in statuses:
                key = (method, path), status
                found, aimed = self.found[key], self.aimed[key]
                text = (str(found) if found else "") + (f"+{aimed}" if aimed else "")
                if status not in operation["responses"]:
                    text = f"({text})" if text else ""
                cells += f"{text or ('.' if status in operation['responses'] else ''):>9}"
            lines.append(f"{method} {path}".ljust(width) + cells)
        return lines
