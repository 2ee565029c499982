"""The skeleton that the model is given really keeps the contract."""

import subprocess
import sys

import pytest

from agent_core.evaluation import evaluate_trial
from agent_core.folds import write_folds
from agent_core.prompts.rendering import fill
from agent_core.replies import read_script
from tests.agent_core.prompts.conftest import Known
from tests.agent_core.small_competition import make_trial

#: The commonest label of each species, learned fold by fold.
BODY = """
    def learned(part):
        return part.groupby("Species")["Sex"].agg(lambda values: values.mode().iloc[0])
    oof = pd.Series("", index=train.index)
    for known, asked in splits(folds):
        oof.iloc[asked] = train["Species"].iloc[asked].map(learned(train.iloc[known])).to_numpy()
    by_id = test.set_index("penguin_id")["Species"].map(learned(train))
    answer = by_id.loc[sample["penguin_id"]].to_numpy()
    write_answer(options.out, sample, ["Sex"], oof.to_numpy()[:, None], answer[:, None])
"""


@pytest.mark.slow
def test_filled_skeleton_is_a_valid_answer(
    penguins: Known, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = read_script(fill("skeleton")).source
    assert script.count("    ...") == 1
    start = script.index("    ...")
    end = script.index("\n", start)
    trial = make_trial(tmp_path_factory.mktemp("trials") / "trial")
    source, folds = trial.folder / "solution.py", trial.folder / "folds.csv"
    source.write_text(script[:start] + BODY.strip("\n") + script[end:], encoding="utf-8")
    write_folds(penguins.profile, penguins.dataset, folds)
    out = trial.folder / "out"
    places = ["--data", penguins.dataset.root, "--folds", folds, "--out", out, "--budget", "60"]
    subprocess.run([sys.executable, source, *map(str, places)], check=True)
    evaluation = evaluate_trial(trial, penguins.profile, penguins.dataset)
    gates = {gate.name: gate for gate in evaluation.gates}
    assert gates["valid"].passed, gates["valid"].detail
    assert gates["valid_submission"].passed, gates["valid_submission"].detail
    assert evaluation.score is not None
