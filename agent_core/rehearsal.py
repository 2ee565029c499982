"""A first run of a script on a sample of the rows: a mistake shows in seconds, not at the end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent_core.dataset import Dataset
    from agent_core.home import Home
    from agent_core.profile import Profile
    from agent_core.sandbox.sandbox import Sandbox
    from agent_core.solution import Solution
    from agent_core.trial import Trial
    from agent_core.verifying.withholding import Withheld

#: Training rows that are left, at least so many of each class among them.
ROWS, ROWS_OF_A_CLASS = 4_000, 20
#: Rows that become test rows, so that the data have the form of a competition's.
TEST_ROWS = 50
#: Of the seconds that the script will have, it is told this part, and stopped a little later.
PART, SECONDS_MORE = 0.2, 10.0


def rehearse(
    solution: "Solution",
    profile: "Profile",
    dataset: "Dataset",
    sandbox: "Sandbox",
    budget: float,
    home: "Home",
) -> "Trial | None":
    """Run ``solution`` on a sample, with the part of ``budget`` seconds that is enough for it.

    What it comes to says whether the script works at all; its score says nothing, and its outputs
    are gone. None where no sample can be made of these files. Raises SurroundingsFailed where the
    machine is at fault.
    """
    from agent_core.home import Home  # noqa: PLC0415 - the rest imports pandas
    from agent_core.trial import run_trial, trial_limits, working_folder  # noqa: PLC0415
    from agent_core.value import fingerprint  # noqa: PLC0415
    from agent_core.verifying.derived import derive  # noqa: PLC0415
    from agent_core.verifying.withholding import CannotWithhold  # noqa: PLC0415

    seconds = PART * budget
    limits = trial_limits(seconds).model_copy(update={"seconds": seconds + SECONDS_MORE})
    key = fingerprint([solution.fingerprint(), dataset.fingerprint(), "rehearsal"])[:32]
    with working_folder(home.trials, key) as folder:
        data = folder / "data"
        data.mkdir()
        try:
            small = derive(profile, dataset, sample(profile, dataset), data)
        except CannotWithhold:
            return None
        there = Home(root=folder)
        trial = run_trial(
            solution, small.profile, small.dataset, sandbox, seconds, there, limits=limits
        )
    return trial.model_copy(update={"outputs": ()})


def sample(profile: "Profile", dataset: "Dataset") -> "Withheld":
    """Which rows are learned from, and which become test rows; all others are left out."""
    import numpy as np  # noqa: PLC0415

    from agent_core.scoring.predictions import read_truth  # noqa: PLC0415
    from agent_core.verifying.withholding import Withheld  # noqa: PLC0415

    order = np.random.default_rng(0).permutation(profile.rows_train)
    learn = [order[:ROWS]]
    if profile.targets[0].labels and len(profile.targets) == 1:
        codes = read_truth(profile, dataset)[order]
        learn += [order[codes == code][:ROWS_OF_A_CLASS] for code in np.unique(codes)]
    learned = np.unique(np.concatenate(learn))
    rows = order[~np.isin(order, learned)][:TEST_ROWS]
    return Withheld(fold=0, rows=np.sort(rows), learn=learned)
