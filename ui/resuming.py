"""The command ``resume``: a run goes on where it stopped, waited, or was killed."""

from agent_core.errors import BadSource, KaggleAgentError
from agent_core.run import Run, RunState, failure_of
from agent_core.run_lookup import find_run
from agent_core.settings import Settings
from ui.answers import print_failure, print_json
from ui.solving import Wishes, solve_source


def resume(name: str, as_json: bool) -> int:
    """Go on with the run of that name, and print what comes of it. Returns the exit code.

    One that a deployment has suspended is handed back to its workers. Every other one is asked for
    again here: its finished stages are kept, and a kernel of it on Kaggle is found again.
    """
    settings = Settings()
    try:
        run = find_run(settings.folders(), name)
        _require_unfinished(run)
        if run.state is RunState.WAITING:
            return _hand_back(run, settings, as_json)
    except (KaggleAgentError, OSError) as error:
        return print_failure(failure_of(error), as_json)
    return solve_source(_wishes(run), as_json)


def _require_unfinished(run: Run) -> None:
    if run.state is RunState.RUNNING:
        raise BadSource(
            f"The run {run.run_id} ({run.name}) is being executed.",
            means="There is nothing to resume.",
            next="Wait for it, or stop it first.",
        )


def _hand_back(run: Run, settings: Settings, as_json: bool) -> int:
    from ui.readers.prefect.resuming import resume_run  # noqa: PLC0415 - slow, and rare

    resume_run(run.run_id, settings)
    if as_json:
        print_json({"run_id": run.run_id, "resumed": True})
    else:
        print(f"{run.name} ({run.run_id}) goes on as soon as a worker has a place for it.")  # noqa: T201
    return 0


def _wishes(run: Run) -> Wishes:
    asked = run.request.model_dump(exclude={"competition"})
    return Wishes.model_validate({k: v for k, v in asked.items() if k in Wishes.model_fields})
