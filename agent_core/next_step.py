"""What is done about a training that failed: the same again, a repair, or nothing more."""

from enum import StrEnum

from agent_core.failures import FailureClass
from agent_core.value import Value

#: How often the same is run before it is taken for what it is.
MOST_ATTEMPTS = 2
#: What may have been bad luck with a machine that is not ours.
_CHANCE = {"unknown"}
#: What may have been bad luck where there is a network at all.
_NETWORK = {"network_timeout", "yfinance"}


class Step(StrEnum):
    """RETRY the same, REPAIR the script, or STOP: no further improvement."""

    RETRY = "retry"
    REPAIR = "repair"
    STOP = "stop"


class NextStep(Value):
    """``failure`` is the name of the class it is decided by, ``why`` the reason for people."""

    step: Step
    failure: str
    why: str


def next_step(
    failure: FailureClass,
    attempt: int,
    *,
    script_ran: bool = True,
    network: bool = False,
    author: bool = False,
) -> NextStep:
    """What follows a failure of that class at that ``attempt`` (from 1) on another's machine.

    ``script_ran``: the script itself was run at all. ``network``: it may use one. ``author``: there
    is somebody (Claude) who could repair it.
    """
    chance = failure.name in _CHANCE or (network and failure.name in _NETWORK) or not script_ran
    if chance and attempt < MOST_ATTEMPTS:
        why = f"{failure.meaning} The same may go well another time."
        return NextStep(step=Step.RETRY, failure=failure.name, why=why)
    if author and script_ran:
        why = f"{failure.meaning} The script has to change."
        return NextStep(step=Step.REPAIR, failure=failure.name, why=why)
    why = f"{failure.meaning} No further improvement: nobody is there who could change the script."
    if not script_ran:
        why = "Kaggle does not give the kernel its inputs, which no change of the script can cure."
    return NextStep(step=Step.STOP, failure=failure.name, why=why)
