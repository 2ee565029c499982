"""The Prefect server of the stack: ``python -m flows.stack_server [--host HOST] [--port PORT]``.

Prefect's own application as `prefect server start` serves it, with one more route
(`flows.run_intake`). Every other setting is Prefect's, from the environment.
"""

import argparse
import gc
import os


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m flows.stack_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4200)
    asked = parser.parse_args()
    # Read when Prefect is imported; its pages ask there unless told otherwise.
    os.environ["PREFECT_SERVER_API_HOST"] = asked.host
    os.environ["PREFECT_SERVER_API_PORT"] = str(asked.port)
    _serve(asked.host, asked.port)


def _serve(host: str, port: int) -> None:
    # Importing the server makes millions of objects that stay: to collect garbage among them again
    # and again takes a quarter of its start, and later tenths of a second in the middle of answers.
    gc.disable()
    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    from flows.run_intake import router  # noqa: PLC0415

    app = create_app(final=True)
    app.api_app.include_router(router)  # type: ignore[attr-defined]
    gc.freeze()
    gc.enable()
    settings = get_current_settings().server
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level=settings.logging_level.lower(),
        timeout_keep_alive=settings.api.keepalive_timeout,
    )


if __name__ == "__main__":
    main()
