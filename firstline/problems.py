"""Turns what is refused into problem details (RFC 9457): a status and a sentence a person can use."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
import yaml
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from channels.web.language import language_of
from console import errors as agent_errors
from conversations import errors
from conversations.database import DatabaseUnavailable
from conversations.status import NotAllowed
from handoff import refusals
from handoff.floor import Taken
from handoff.invitations import UnknownInvitation
from handoff.logins import NotSignedIn, WrongPassword
from handoff.tickets import NoSuchValue, UnknownTicket

FOLDER = Path(__file__).parent / "texts"
_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    errors.UnknownConversation: (404, "unknown"),
    errors.WrongToken: (401, "wrong_token"),
    errors.ConversationClosed: (409, "closed"),
    errors.ChangedRepeat: (409, "changed_repeat"),
    errors.ChoiceNotOffered: (422, "choice_not_offered"),
    errors.EmptyMessage: (422, "empty"),
    errors.TooLong: (413, "too_long"),
    errors.TooFast: (429, "too_fast"),
    errors.FileTooLarge: (413, "too_large"),
    errors.FileNotAccepted: (422, "file_not_accepted"),
    errors.AlreadyRated: (409, "already_rated"),
    NotAllowed: (409, "not_allowed"),
    NotSignedIn: (401, "not_signed_in"),
    WrongPassword: (401, "wrong_password"),
    UnknownTicket: (404, "unknown_ticket"),
    NoSuchValue: (422, "no_such_value"),
    agent_errors.TooManyAttempts: (429, "sign_in_too_often"),
    agent_errors.WrongCsrf: (403, "wrong_csrf"),
    agent_errors.NoSuchColleague: (422, "no_agent"),
    agent_errors.NotTheirs: (403, "forbidden"),
    agent_errors.WrongCurrentPassword: (422, "wrong_current_password"),
    agent_errors.NoSuchLogin: (404, "no_login"),
    UnknownInvitation: (404, "unknown_invitation"),
    refusals.NoSuchAgent: (404, "no_such_agent"),
    refusals.Deactivated: (409, "deactivated"),
    refusals.LastOperator: (409, "last_operator"),
    refusals.EmailTaken: (409, "email_taken"),
    refusals.NoName: (422, "no_name"),
    refusals.UnknownRole: (422, "unknown_role"),
    refusals.ShortPassword: (422, "short_password"),
    refusals.GuessablePassword: (422, "guessable_password"),
    refusals.AgentProblem: (422, "bad_agent"),
}
_COME_BACK = 5  # seconds
_STATUSES = {404: "not_found", 405: "method"}
log = structlog.get_logger()


class Problem(Exception):
    """A refusal worded at the edge: an HTTP status, the name of its sentence, and what fills the sentence."""

    def __init__(self, status: int, name: str, **values: Any) -> None:
        self.status, self.name, self.values = status, name, values
        super().__init__(name)


def sentence(name: str, language: str, **values: Any) -> str:
    """Give a sentence of `texts/<language>.yml`."""
    return _texts(language)[name].format_map(values)


@lru_cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return texts


def response(request: Request, problem: Problem) -> JSONResponse:
    """Give the problem as `application/problem+json`."""
    detail = sentence(problem.name, language_of(request), **problem.values)
    extra = {name: value for name, value in problem.values.items() if name in ("seq", "agent")}
    headers = {"WWW-Authenticate": "Bearer"} if problem.name == "wrong_token" else {}
    if "seconds" in problem.values:
        headers["Retry-After"] = str(problem.values["seconds"])
    title = HTTPStatus(problem.status).phrase
    content = {"type": "about:blank", "title": title, "status": problem.status, "detail": detail, **extra}
    return JSONResponse(content, problem.status, headers, media_type="application/problem+json")


def refusal(error: Exception) -> Problem:
    """Give the problem that words what was refused."""
    if isinstance(error, Taken):
        return Problem(409, "taken", agent=error.agent) if error.agent else Problem(409, "not_yours")
    status, name = _REFUSALS[type(error)]
    return Problem(status, name, limit="10 MB", message=str(error), **vars(error))


def words(error: Exception, language: str) -> str:
    """Give the sentence for what was refused, for channels that have no HTTP."""
    problem = refusal(error)
    return sentence(problem.name, language, **problem.values)


def install(app: FastAPI) -> None:
    """See that every refusal of an application is a problem document."""
    for kind in (*_REFUSALS, Taken):
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DatabaseUnavailable, _unavailable)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101  what it is registered for
    return response(request, error)


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    log.warning("database_unavailable", reason=str(error))
    return response(request, Problem(503, "database", seconds=_COME_BACK))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    return response(request, refusal(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  what it is registered for
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return response(request, Problem(400, "bad_json"))
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    if field == "email":
        return response(request, Problem(422, "bad_email"))
    return response(request, Problem(422, "bad_field", field=field, reason=first["msg"]))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  what it is registered for
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return response(request, Problem(400, "bad_json"))
    return response(request, Problem(error.status_code, _STATUSES.get(error.status_code, "not_found")))
