"""The API description: valid, complete, and what is served."""

import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")


def operations(document: dict):
    """Each operation as (method, path, operation)."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def test_the_description_is_valid(description):
    assert description["openapi"].startswith("3.1.")
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
              for error in OpenAPIV31SpecValidator(description).iter_errors()]
    assert errors == []


def test_each_operation_is_described(description):
    gaps = []
    for method, path, operation in operations(description):
        gaps += [f"{method} {path}: {key}" for key in ("summary", "tags", "operationId", "responses") if not operation.get(key)]
        if not any(status == "101" or status.startswith("2") for status in operation["responses"]):
            gaps.append(f"{method} {path}: no success")
        gaps += [f"{method} {path}: {status} says nothing" for status, response in operation["responses"].items()
                 if not response.get("description")]
        if operation.get("security") and "401" not in operation["responses"]:
            gaps.append(f"{method} {path}: takes a token, but lists no 401")
        if "requestBody" in operation:
            gaps += [f"{method} {path}: takes a body, but lists no {status}" for status in ("413", "415", "422")
                     if status not in operation["responses"]]
    assert gaps == []


def test_operation_ids_are_unique(description):
    ids = [operation["operationId"] for _, _, operation in operations(description)]
    assert sorted(ids) == sorted(set(ids))


def test_every_reference_leads_somewhere_and_every_schema_is_used(description):
    text = str(description)
    schemas = description["components"]["schemas"]
    used = {name for name in schemas if f"'#/components/schemas/{name}'" in text}
    assert set(schemas) - used == set()


def test_each_path_serves_the_methods_that_are_described_and_no_others(host, description):
    wrong = {}
    for path, item in description["paths"].items():
        described = {method.upper() for method in METHODS if method in item}
        if "GET" in described:
            described.add("HEAD")
        described.add("OPTIONS")
        # A value that no literal segment has.
        concrete = path.replace("{", "").replace("}", "")
        for form in (concrete, concrete.rstrip("/"), concrete.rstrip("/") + "/", concrete.replace("/api", "/api/v1", 1)):
            answer = requests.options(host.url + form, timeout=10)
            served = set(answer.headers.get("Allow", "").split(", "))
            if served != described:
                wrong[form] = (answer.status_code, sorted(served), sorted(described))
    assert wrong == {}


def test_the_page_of_the_description_needs_nothing_from_elsewhere(host):
    page = requests.get(f"{host.url}/api/docs", timeout=10)
    assert page.status_code == 200
    assert "https://" not in page.text and "//cdn" not in page.text
