"""The API described as OpenAPI 3.1, read off its routes."""

from collections.abc import Mapping
from typing import Any, Final

from core.adapters.api.replies import JSON
from core.adapters.api.routes import Parameter, Route, Routes, Schema

_ERROR: Final = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("id", "code", "message")},
            "required": ["id", "code", "message"],
            "additionalProperties": False,
        }
    },
    "required": ["error"],
    "additionalProperties": False,
}
_REFUSAL: Final = {
    "description": "Refused; the id is in the desk's log too where more is to be told.",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def document(routes: Routes, shapes: Mapping[str, Schema], version: str) -> dict[str, Any]:
    """The description.

    Args:
        routes: by path.
        shapes: schemas that routes name by `#/components/schemas/NAME`.
        version: of ATLAS.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ATLAS",
            "version": version,
            "description": "A paper desk, to read only. Money is exact decimal text in USD, instants are UTC with Z.",
        },
        "security": [{"token": []}],
        "paths": {path: {"get": _operation(path, route)} for path, route in routes.items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**shapes, "Error": _ERROR},
        },
    }


def _operation(path: str, route: Route) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": path.strip("/").partition(".")[0],
        "summary": route.summary,
        "parameters": [_parameter(one) for one in route.parameters],
        "responses": {
            "200": {"description": route.summary, "content": {route.media: {"schema": route.schema}}},
            "4XX": _REFUSAL,
            "5XX": _REFUSAL,
        },
    }
    return told | {"security": []} if route.is_open else told


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"name": one.name, "in": one.place, "required": False, "description": one.meaning, "schema": one.schema}
