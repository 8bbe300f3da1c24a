"""Compares two OpenAPI descriptions by what a client notices: the one of the contract, and ours."""

from collections.abc import Iterator

METHODS = ("get", "put", "post", "delete", "patch")
BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")
# Other formats are annotations.
FORMATS = ("date", "date-time", "email", "time", "uri", "uuid")
ACCESS = {"none": "nobody", "bearer-optional": "optional"}


def operations(document: dict) -> dict[str, dict]:
    """Operations by name, such as `GET /api/habits`: a slash at the end makes no difference."""
    return {
        f"{method.upper()} {path.rstrip('/')}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


class Form:
    """What a schema allows, whichever way it is written."""

    def __init__(self, schema: dict, document: dict):
        self.types: set[str] = set()
        self.nullable = False
        self.format = None
        self.values: list | None = None
        self.bounds: dict = {}
        self.default = None
        self.items: Form | None = None
        self.members: dict[str, Form] = {}
        self.required: set[str] = set()
        self._read(schema, document)

    def _read(self, schema: dict, document: dict) -> None:
        if "$ref" in schema:
            self._read(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
        for part in schema.get("allOf", []):
            self._read(part, document)
        for part in schema.get("anyOf", []) + schema.get("oneOf", []):
            if part == {"type": "null"}:
                self.nullable = True
            else:
                self._read(part, document)
        types = schema.get("type", [])
        for kind in [types] if isinstance(types, str) else types:
            if kind == "null":
                self.nullable = True
            else:
                self.types.add(kind)
        if "const" in schema or "enum" in schema:
            self.values = [schema["const"]] if "const" in schema else schema["enum"]
            self.types |= {"string" for value in self.values if isinstance(value, str)}
        if schema.get("format") in FORMATS:
            self.format = schema["format"]
        self.bounds |= {name: schema[name] for name in BOUNDS if name in schema}
        self.default = schema.get("default", self.default)
        if "items" in schema:
            self.items = Form(schema["items"], document)
        for name, member in schema.get("properties", {}).items():
            self.members[name] = Form(member, document)
        self.required |= set(schema.get("required", []))

    @property
    def kind(self) -> str:
        """The type in words."""
        text = " or ".join(sorted(self.types)) or "anything"
        if self.format:
            text += f" ({self.format})"
        if self.values is not None:
            text += f" of {self.values}"
        return text + (" or null" if self.nullable else "")


def differences(theirs: dict, ours: dict, contract: dict, description: dict) -> Iterator[str]:
    """What a client of the contract notices about our operation, each in a few words."""
    yield from _access(theirs, ours)
    yield from _parameters(theirs, ours, contract, description)
    yield from _request(theirs, ours, contract, description)
    yield from _statuses(theirs, ours)
    for status in sorted(theirs["responses"].keys() & ours["responses"].keys()):
        place = "response" if status.startswith("2") else f"response {status}"
        their_form, our_form = (
            _body(operation["responses"][status], document)
            for operation, document in ((theirs, contract), (ours, description))
        )
        if (their_form is None) != (our_form is None):
            yield f"{place}: {'a' if our_form else 'no'} body"
        elif their_form is not None:
            yield from _response(their_form, our_form, place)


def _access(theirs: dict, ours: dict) -> Iterator[str]:
    security = ours.get("security", [])
    access = "nobody" if not security else "optional" if {} in security else "user"
    expected = ACCESS.get(theirs["x-auth"], "user")
    if access != expected:
        yield f"token: asked of {access}, not of {expected}"


def _parameters(theirs: dict, ours: dict, contract: dict, description: dict) -> Iterator[str]:
    def by_name(operation: dict) -> dict:
        return {(parameter["in"], parameter["name"]): parameter for parameter in operation.get("parameters", [])}

    their_parameters, our_parameters = by_name(theirs), by_name(ours)
    for key, parameter in their_parameters.items():
        place = " ".join(key)
        if key not in our_parameters:
            yield f"{place}: not taken"
            continue
        if parameter.get("required", False) != our_parameters[key].get("required", False):
            yield f"{place}: {'required' if our_parameters[key].get('required') else 'optional'}"
        yield from _input(
            Form(parameter["schema"], contract), Form(our_parameters[key]["schema"], description), place, nullable=False
        )
    for key in our_parameters.keys() - their_parameters.keys():
        yield f"{' '.join(key)}: additional"


def _request(theirs: dict, ours: dict, contract: dict, description: dict) -> Iterator[str]:
    their_form, our_form = _body(theirs.get("requestBody"), contract), _body(ours.get("requestBody"), description)
    if (their_form is None) != (our_form is None):
        yield f"request: {'a' if our_form else 'no'} body"
    elif their_form is not None:
        yield from _input(their_form, our_form, "request")


def _statuses(theirs: dict, ours: dict) -> Iterator[str]:
    their_statuses, our_statuses = set(theirs["responses"]), set(ours["responses"])
    for status in sorted(their_statuses - our_statuses):
        yield f"status {status}: not answered"
    for status in sorted(our_statuses - their_statuses):
        yield f"status {status}: additional"


def _input(theirs: Form, ours: Form, place: str, nullable: bool = True) -> Iterator[str]:
    if theirs.types != ours.types or theirs.format != ours.format or theirs.values != ours.values or (
        nullable and theirs.nullable != ours.nullable
    ):
        yield f"{place}: {ours.kind} instead of {theirs.kind}"
    for name in BOUNDS:
        if theirs.bounds.get(name) != ours.bounds.get(name):
            yield f"{place}: {name} {ours.bounds.get(name)} instead of {theirs.bounds.get(name)}"
    if theirs.default != ours.default:
        yield f"{place}: default {ours.default} instead of {theirs.default}"
    if theirs.items and ours.items:
        yield from _input(theirs.items, ours.items, f"{place}[]")
    for name, member in theirs.members.items():
        if name not in ours.members:
            yield f"{place}.{name}: not taken"
        else:
            yield from _input(member, ours.members[name], f"{place}.{name}")
            if (name in theirs.required) != (name in ours.required):
                yield f"{place}.{name}: {'required' if name in ours.required else 'optional'}"
    for name in sorted(ours.members.keys() - theirs.members.keys()):
        yield f"{place}.{name}: additional{' and required' if name in ours.required else ''}"


def _response(theirs: Form, ours: Form, place: str) -> Iterator[str]:
    """More members than the contract's are no difference: its clients pass over what they do not know. Neither is what is
    narrower: a value that never is null, or one of a few texts."""
    if (
        theirs.types != ours.types
        or theirs.format != ours.format
        or (ours.nullable and not theirs.nullable)
        or (theirs.values is not None and theirs.values != ours.values)
    ):
        yield f"{place}: {ours.kind} instead of {theirs.kind}"
    if theirs.items and ours.items:
        yield from _response(theirs.items, ours.items, f"{place}[]")
    for name, member in theirs.members.items():
        if name not in ours.members:
            yield f"{place}.{name}: missing"
        else:
            yield from _response(member, ours.members[name], f"{place}.{name}")
            if name not in ours.required and name in theirs.required:
                yield f"{place}.{name}: not always there"


def _body(holder: dict | None, document: dict) -> Form | None:
    schema = (holder or {}).get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else Form(schema, document)
