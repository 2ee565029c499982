"""Refusals: every one has the same shape, and each route declares those that it may give."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent_core.errors import (
    BadSource,
    KaggleAgentError,
    NoSuchDeployment,
    NoSuchResult,
    NoSuchRun,
    RequestRefused,
    SurroundingsFailed,
)
from ui.http.models import Problem

_log = logging.getLogger("uvicorn.error")

#: By the first that fits.
_STATUS = {
    BadSource: HTTPStatus.BAD_REQUEST,
    NoSuchRun: HTTPStatus.NOT_FOUND,
    NoSuchResult: HTTPStatus.NOT_FOUND,
    RequestRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchDeployment: HTTPStatus.SERVICE_UNAVAILABLE,
    SurroundingsFailed: HTTPStatus.SERVICE_UNAVAILABLE,
}
_MEANING = {
    400: "It is no address of a competition, or the request is broken.",
    401: "A key is needed, and none that is known was sent.",
    404: "There is no such job, or it belongs to another key.",
    409: "The job is not in a state for that.",
    422: "The request is not as it should be.",
    429: "Too much at once. `Retry-After` says in how many seconds to try again.",
    503: "Something that is needed is down, and the answer says what.",
}


class Refused(KaggleAgentError):
    """A refusal with a status of its own. ``retry_after`` is in seconds."""

    def __init__(self, status: int, what: str, retry_after: int | None = None, **rest: str) -> None:
        super().__init__(what, **rest)
        self.status = status
        self.retry_after = retry_after


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: these refusals, and those that every route may give."""
    return {
        status: {"model": Problem, "description": _MEANING[status], **_headers(status)}
        for status in sorted({*statuses, 401, 422, 503})
    }


def _headers(status: int) -> dict[str, Any]:
    seconds = {"description": "In seconds.", "schema": {"type": "integer"}}
    scheme = {"description": "How to send a key.", "schema": {"type": "string"}}
    known = {429: {"Retry-After": seconds}, 401: {"WWW-Authenticate": scheme}}
    return {"headers": known[status]} if status in known else {}


def install(app: FastAPI) -> None:
    """Have ``app`` answer every failure with a `Problem`."""

    @app.exception_handler(KaggleAgentError)
    def refused(request: Request, error: KaggleAgentError) -> JSONResponse:
        return _answer(_status(error), _problem(error), _refusal_headers(error))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        wrong = "; ".join(_in_words(one) for one in error.errors())
        problem = Problem(
            what="The request is not as it should be.", means=wrong, next="/docs says how it is."
        )
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, problem)

    @app.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> JSONResponse:
        what = f"{request.method} {request.url.path[:200]}: {error.detail}."
        problem = Problem(what=what, next="/docs says what there is.")
        return _answer(error.status_code, problem, error.headers)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        problem = Problem(
            what="An unexpected error.",
            means="This is a fault of the program, not of the request.",
            next="Try again; if it happens again, report it with the log of the API.",
        )
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, problem)


def _status(error: KaggleAgentError) -> int:
    if isinstance(error, Refused):
        return error.status
    found = (status for kind, status in _STATUS.items() if isinstance(error, kind))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def _problem(error: KaggleAgentError) -> Problem:
    return Problem(what=error.what, means=error.means, next=error.next)


def _refusal_headers(error: KaggleAgentError) -> dict[str, str]:
    if not isinstance(error, Refused):
        return {}
    if error.status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _in_words(error: Any) -> str:
    place = ".".join(str(step) for step in error["loc"])
    return f"{place}: {error['msg']}"


def _answer(status: int, problem: Problem, headers: Any = None) -> JSONResponse:
    return JSONResponse(jsonable_encoder(problem), status, headers)
