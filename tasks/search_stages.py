"""The steps of a search as Prefect tasks, kept like every other stage.

A search runs them in threads of its own and stops waiting for them when its time is up, so they
have no timeouts. Questions are kept without regard to our code: they are paid for, and the answer
depends on nothing but the question.
"""
# ruff: noqa: PLC0415 - where all comes from the cache, none of it is needed

from typing import Annotated

from agent_core.blend import Blend
from agent_core.competition import Competition
from agent_core.conversation import Question
from agent_core.dataset import Dataset
from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.prompts.values import Machine
from agent_core.searching.answers import Asks
from agent_core.searching.steps import Answer
from agent_core.solution import Solution
from agent_core.trial import Trial
from agent_core.value import NOT_CONTENT
from agent_core.verification import Verification
from tasks.progress import StageReport
from tasks.record import Parts, SharedParts, Tryout
from tasks.stage import stage
from tasks.surroundings import home, sandbox_named
from tasks.training import ON_KAGGLE, kaggle_sandbox, train
from tasks.training_slot import script_at_work, training_slot

Label = Annotated[str, NOT_CONTENT]


@stage("brief", timeout=600)
def write_brief(
    competition: Competition, profile: Profile, dataset: Dataset, machine: Machine
) -> SharedParts:
    """The beginning of every question: rules, then what is known of the competition."""
    from agent_core.prompts.shared import shared_parts

    return SharedParts(texts=shared_parts(competition, profile, dataset, machine))


@stage("ask", timeout=None, retries=0, of_code=False)
def ask_claude(
    question: Question,
    claude: Annotated[Asks, NOT_CONTENT],
    deadline: Annotated[float | None, NOT_CONTENT],
) -> Answer:
    """Put one question, and have the answer before ``deadline`` (of `time.monotonic`)."""
    from agent_core.searching.answers import answer_of

    return answer_of(claude, question, deadline)


@stage("rehearse", timeout=None)
def rehearse_solution(
    solution: Solution, profile: Profile, dataset: Dataset, sandbox: str, budget: float
) -> Tryout:
    """Run a script on a sample of the rows, so that a crash shows in seconds."""
    from agent_core.rehearsal import rehearse

    # A look at a sample is not worth a queue.
    here = sandbox_named("auto" if sandbox == ON_KAGGLE else sandbox)
    with training_slot(StageReport("rehearse")):
        trial = rehearse(solution, profile, dataset, here, budget, home())
    return Tryout(trial=trial)


@stage("train", timeout=None)
def try_solution(
    solution: Solution,
    profile: Profile,
    dataset: Dataset,
    sandbox: str,
    budget: float,
    label: Label,
) -> Tryout:
    """Run a script that a model wrote for at most ``budget`` seconds."""
    name = f"train {label}"
    return Tryout(trial=train(name, solution, profile, dataset, sandbox, budget, author=True))


@stage("evaluate", timeout=None)
def evaluate_tryout(trial: Trial | Blend, profile: Profile, dataset: Dataset) -> Evaluation:
    """Compute the score from the out-of-fold predictions, and see through the gates."""
    from agent_core.evaluation import evaluate_trial

    return evaluate_trial(trial, profile, dataset)


@stage("verify", timeout=None)
def verify_solution(  # noqa: PLR0913, PLR0917 - what the key is made of
    solution: Solution,
    trial: Trial,
    evaluation: Evaluation,
    profile: Profile,
    dataset: Dataset,
    sandbox: str,
    budget: float,
    label: Label,
) -> Verification:
    """Run a script again with a fold's targets really withheld."""
    from agent_core.verification import verify_trial

    name = f"verify {label}"
    with script_at_work(name, budget, "verifying") as on_line:
        return verify_trial(
            solution,
            trial,
            evaluation,
            profile,
            dataset,
            kaggle_sandbox(dataset, StageReport(name))
            if sandbox == ON_KAGGLE
            else sandbox_named(sandbox),
            budget,
            home(),
            on_line,
        )


@stage("blend", timeout=3600)
def blend_best(parts: Parts, profile: Profile, dataset: Dataset) -> Blend:
    """Blend the predictions of accepted trials."""
    from agent_core.blend import blend_trials

    pairs = [(part.trial, part.evaluation) for part in parts.parts]
    folder = home().trials / f"blend-{parts.fingerprint()[:32]}"
    return blend_trials(pairs, profile, dataset, folder)
