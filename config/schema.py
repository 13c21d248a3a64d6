"""What drf-spectacular cannot see: the error shape with every code, on every operation."""

from typing import Any

from config.errors import codes

ALWAYS = ("400", "406", "503")
BODY = ("409", "413", "415")
WRITES = {"post", "put", "patch", "delete"}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "The same key, route and body again within 24 hours is answered as the first time, and done once.",
}


def add_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: adds the component `Error` and each operation's refusals."""
    known = codes()
    result["components"]["schemas"]["Error"] = {
        "type": "object",
        "description": "\n".join(
            ["Every refusal has this shape. Codes:", ""] + [f"- `{c}` ({s})" for c, s in known.items()]
        ),
        "properties": {
            "code": {"type": "string", "enum": list(known)},
            "detail": {"type": "string", "description": "For people."},
            "fields": {
                "type": "object",
                "additionalProperties": {},
                "description": "Input field -> what is wrong with it.",
            },
        },
        "required": ["code", "detail", "fields"],
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if _is_keyed(method, operation):
                operation.setdefault("parameters", []).append(KEY)
            for status in _statuses(path, method, operation):
                operation["responses"].setdefault(status, _answer(status))
    return result


def _statuses(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    statuses = list(ALWAYS)
    if any(operation.get("security", [])) or "auth" in path:
        statuses += ["401", "403"]
    if "{" in path or "auth" not in path:
        statuses.append("404")
    if method in {"post", "put", "patch"}:
        statuses += BODY
    if _is_keyed(method, operation):
        statuses += ["409", "422"]
    if method in WRITES or "auth" in path:
        statuses.append("429")
    return statuses


def _is_keyed(method: str, operation: dict[str, Any]) -> bool:
    """A write by a logged-in account."""
    return method in WRITES and any(operation.get("security", []))


def _answer(status: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": "Refused; see `code`.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if status in {"429", "503"}:
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return answer
