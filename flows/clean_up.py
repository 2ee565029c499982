"""The flow that removes what nobody has used for long, by a schedule (`prefect.yaml`)."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container.orphans import sweep
from agent_core.settings import Settings
from agent_core.storage.cleaning import Ages, Cleaned, clean


@flow(name="clean-up", log_prints=False)
def clean_up() -> Cleaned:
    """Remove old data and results of this home, and sandboxes whose owner is gone.

    How old is said by the settings ``keep_days`` and ``keep_runs_days``.
    """
    settings = Settings()
    ages = Ages(work=settings.keep_days, runs=settings.keep_runs_days)
    cleaned = clean(settings.folders(), ages)
    create_markdown_artifact(markdown=_told(cleaned, _sweep()), key="clean-up")
    return cleaned


def _sweep() -> str:
    try:
        engine = Engine.connect()
    except SurroundingsFailed as error:
        return f"No orphaned sandboxes were looked for: {error.what}"
    with engine:
        return f"{sweep(engine)} orphaned sandboxes were removed."


def _told(cleaned: Cleaned, swept: str) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in cleaned.removed.items())
    return f"Removed {counts}: {cleaned.bytes / 1e6:.1f} MB freed. {swept}"
