"""What Kaggle's refusals and a broken line mean, in our own errors.

Nothing of an exception's own text is repeated, since it may hold addresses with signatures or
header values; only what the server says for people, without our credentials.
"""

from collections.abc import Iterable
from typing import Any

import requests

from agent_core.errors import (
    Conflict,
    Forbidden,
    KaggleError,
    KaggleRateLimited,
    KaggleUnavailable,
    NotAuthenticated,
    NotFound,
    RulesNotAccepted,
)
from agent_core.kaggle.patience import retry_after

CREDENTIALS = (
    "Create a token at https://www.kaggle.com/settings/api and save it as ~/.kaggle/access_token "
    "(or set KAGGLE_USERNAME and KAGGLE_KEY), then run again. A local folder needs no account."
)
_LATER = "Run again later: what was fetched is kept and continued."
#: What `kaggle_error` understands. Others are mistakes of ours and are not touched.
RAISED = (requests.RequestException, OSError, ValueError, TypeError, AttributeError, KeyError)


def kaggle_error(
    error: Exception, response: requests.Response | None, slug: str, secrets: Iterable[str] = ()
) -> KaggleError:
    """Our error for ``error``, raised by the client after it got ``response`` (None: no answer)."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        response = error.response
    if response is not None and _status(response) >= 400:
        return refusal(response, slug, secrets)
    if isinstance(error, requests.TooManyRedirects):
        return KaggleUnavailable(
            "Kaggle sent us elsewhere instead of answering.",
            means="A proxy or a sign-in page may be in between.",
            next="Check the network and the proxy settings, and run again.",
        )
    if response is not None and not isinstance(error, requests.ConnectionError | requests.Timeout):
        return KaggleUnavailable("Kaggle's answer could not be understood.", next=_LATER)
    return _unanswered(error)


def _unanswered(error: Exception) -> KaggleError:
    """Our error for what happened before there was any answer, or while it came in."""
    if isinstance(error, UnicodeError | requests.exceptions.InvalidHeader):
        return NotAuthenticated(
            "The Kaggle credentials hold characters that cannot be sent.", next=CREDENTIALS
        )
    if not isinstance(error, OSError):
        return NotAuthenticated(
            f"The Kaggle credentials could not be understood ({type(error).__name__}).",
            next="Check ~/.kaggle/kaggle.json. " + CREDENTIALS,
        )
    if isinstance(error, requests.Timeout):
        return KaggleUnavailable("Kaggle did not answer in time.", next=_LATER)
    return KaggleUnavailable(
        f"The connection to Kaggle failed ({type(error).__name__}).",
        next=f"Check the network and the proxy settings. {_LATER}",
    )


def refusal(  # noqa: PLR0911 - a table
    response: requests.Response, slug: str, secrets: Iterable[str] = ()
) -> KaggleError:
    """Our error for an answer that refuses."""
    status = _status(response)
    said = _said(response, secrets)
    quoted = f' Kaggle says: "{said}"' if said else ""
    if status == 401:
        return NotAuthenticated("Kaggle did not accept the credentials." + quoted, next=CREDENTIALS)
    if status == 403:
        return _forbidden(said, quoted, slug)
    if status == 404:
        return NotFound(
            f"Kaggle knows no competition or file of this name ({slug})." + quoted,
            next="Check the address; copy it from the browser.",
        )
    if status == 409:
        return Conflict(f"Kaggle says that {slug} is busy, or there already (409)." + quoted)
    if status == 429:
        return _rate_limited(response, quoted)
    if status >= 500 or status == 408:
        error = KaggleUnavailable(f"Kaggle failed ({status})." + quoted, next=_LATER)
        error.retry_after = retry_after(response.headers.get("Retry-After"))
        return error
    return KaggleError(
        f"Kaggle refused the request ({status})." + quoted,
        next=f"Open https://www.kaggle.com/competitions/{slug} in a browser and see whether the "
        "competition is as usual; or download the data there and give the folder.",
    )


def _forbidden(said: str, quoted: str, slug: str) -> KaggleError:
    lower = said.lower()
    if "rules" in lower or "competitions.participate" in lower:
        return RulesNotAccepted(
            f"You haven't accepted the rules of {slug}." + quoted,
            means="Kaggle gives no data before that. Nothing was lost.",
            next=f"Open https://www.kaggle.com/competitions/{slug}/rules, accept, and run again.",
        )
    if "competitions.get" in lower:
        return NotFound(
            f"There is no competition {slug}, or your account may not see it." + quoted,
            next="Check the address; copy it from the browser.",
        )
    return Forbidden(
        f"Your Kaggle account may not do this with {slug} (403)." + quoted,
        next=f"Open https://www.kaggle.com/competitions/{slug} in a browser where you are "
        "signed in with the same account, and see what it asks for.",
    )


def _rate_limited(response: requests.Response, quoted: str) -> KaggleError:
    seconds = retry_after(response.headers.get("Retry-After"))
    wait = "" if seconds is None else f" It asks to wait {seconds:.0f} s."
    return KaggleRateLimited(
        f"Kaggle got too many requests from your account.{wait}{quoted}",
        retry_after=seconds,
        means="It answers again after a while, sometimes half an hour.",
        next=_LATER,
    )


def _status(response: requests.Response) -> int:
    """The HTTP status; or the one in the body where Kaggle answers 200 with an error in it."""
    if response.status_code >= 400:
        return response.status_code
    code = _error_object(response).get("code")
    return code if isinstance(code, int) else response.status_code


def _said(response: requests.Response, secrets: Iterable[str]) -> str:
    message = _error_object(response).get("message")
    text = " ".join(message.split())[:300] if isinstance(message, str) else ""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _error_object(response: requests.Response) -> dict[str, Any]:
    """The object with ``code`` and ``message``: the body itself, or nested in its ``error``."""
    if "json" not in response.headers.get("Content-Type", ""):
        return {}
    try:
        body = response.json()
    except (ValueError, requests.RequestException):
        return {}
    inner = body.get("error") if isinstance(body, dict) else None
    found = inner if isinstance(inner, dict) else body
    return found if isinstance(found, dict) else {}
