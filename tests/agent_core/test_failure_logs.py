"""Logs of scripts that really fail, with the libraries as installed, are understood."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent_core.failures import classify
from agent_core.log_lines import relevant_lines
from agent_core.sandbox.sandbox import Outcome
from tests.agent_core.small_competition import make_trial

FRAME = """
import numpy as np, pandas as pd
frame = pd.DataFrame({"a": ["x", "y", None, "x"], "b": [1.0, 2.0, np.nan, 4.0]})
test = pd.DataFrame({"a": ["z", "y"], "b": [1.0, 2.0]})
"""

BROKEN = {
    "append": ("pandas_compat", FRAME + "frame = frame.append(frame)"),
    "iteritems": ("pandas_compat", FRAME + "for name, values in frame.iteritems(): pass"),
    "fillna_method": ("pandas_compat", FRAME + "frame['b'] = frame['b'].fillna(method='ffill')"),
    "read_csv_squeeze": ("pandas_compat", FRAME + "pd.read_csv('x.csv', squeeze=True)"),
    "frequency": ("pandas_compat", FRAME + "pd.date_range('2020', '2021', freq='M')"),
    "read_only": ("pandas_compat", FRAME + "frame['b'].to_numpy()[0] = 5"),
    "number_into_text": ("pandas_compat", FRAME + "frame.loc[0, 'a'] = 5"),
    "issubdtype": ("pandas_compat", FRAME + "np.issubdtype(frame['a'].dtype, np.number)"),
    "mean_of_text": ("pandas_compat", FRAME + "frame.mean()"),
    "text_into_lightgbm": (
        "pandas_compat",
        FRAME + "import lightgbm as lgb\nlgb.LGBMRegressor().fit(frame[['a']], [1, 2, 3, 4])",
    ),
    "np_float": ("library_compat", FRAME + "frame['b'].astype(np.float)"),
    "one_hot_sparse": (
        "library_compat",
        "from sklearn.preprocessing import OneHotEncoder\nOneHotEncoder(sparse=False)",
    ),
    "squared": (
        "library_compat",
        "from sklearn.metrics import mean_squared_error\n"
        "mean_squared_error([1.0], [1.0], squared=False)",
    ),
    "removed_name": ("library_compat", "from sklearn.metrics import plot_roc_curve"),
    "max_features_auto": (
        "library_compat",
        "from sklearn.ensemble import ExtraTreesRegressor\n"
        "ExtraTreesRegressor(max_features='auto').fit([[1.0], [2.0]], [1.0, 2.0])",
    ),
    "early_stopping": (
        "library_compat",
        "import lightgbm as lgb, numpy as np\n"
        "lgb.LGBMRegressor().fit(np.eye(4), np.ones(4), early_stopping_rounds=5)",
    ),
    "nan_into_ridge": (
        "metric_nan",
        FRAME + "from sklearn.linear_model import Ridge\nRidge().fit(frame[['b']], [1, 2, 3, 4])",
    ),
    "nan_into_metric": (
        "metric_nan",
        "from sklearn.metrics import root_mean_squared_error\n"
        "root_mean_squared_error([1.0, 2.0], [1.0, float('nan')])",
    ),
    "nan_to_int": ("metric_nan", FRAME + "frame['b'].astype(int)"),
    "unseen_label": (
        "feature_mismatch",
        FRAME + "from sklearn.preprocessing import LabelEncoder\n"
        "LabelEncoder().fit(['x', 'y']).transform(test['a'])",
    ),
    "feature_count": (
        "feature_mismatch",
        "import numpy as np\nfrom sklearn.linear_model import Ridge\n"
        "Ridge().fit(np.eye(3), np.ones(3)).predict(np.eye(2))",
    ),
    "json_names": (
        "feature_mismatch",
        "import lightgbm as lgb, numpy as np, pandas as pd\n"
        "lgb.LGBMRegressor().fit(pd.DataFrame({'a[0]': np.arange(40.0)}), np.arange(40.0))",
    ),
    "levels": (
        "multi_index_columns",
        FRAME + "wide = frame.groupby('a').agg({'b': ['mean', 'max']})\nframe['m'] = wide['mean']",
    ),
    "two_levels_into_model": (
        "multi_index_columns",
        FRAME + "from sklearn.linear_model import Ridge\n"
        "wide = frame.dropna().groupby('a').agg({'b': ['mean', 'max']})\n"
        "wide['n'] = wide['b'] * 2\n",
    ),
    "no_file": ("dataset_missing", FRAME + "pd.read_csv('/job/data/train/store.csv')"),
    "no_column": ("column_missing", FRAME + "test['Survived']"),
    "not_in_index": ("column_missing", FRAME + "test[['a', 'price']]"),
    "no_package": ("missing_dep", "import catboost"),
    "prices": (
        "yfinance",
        "def download(*tickers):\n    raise RuntimeError('yfinance: 1 Failed download: AAPL')\n"
        "download('AAPL')",
    ),
    "no_network": (
        "network_timeout",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/model.bin')",
    ),
    "unclosed": ("syntax", "import numpy as np\nx = np.array([1, 2\nprint(x)"),
    "tabs": ("syntax", "def f():\n        x = 1\n    return x"),
    "assertion": ("unknown", "assert 1 == 2, 'the folds differ'"),
}


#: Imports the libraries once, then runs each script in a process of its own that dies as any does.
RUNNER = """
import os, sys, traceback
import lightgbm, numpy, pandas, sklearn.ensemble, sklearn.linear_model, sklearn.metrics
import sklearn.preprocessing
for folder in sys.argv[1:]:
    child = os.fork()
    if not child:
        log = os.open(os.path.join(folder, "log.txt"), os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        path = os.path.join(folder, "solution.py")
        try:
            exec(compile(open(path).read(), path, "exec"), {"__name__": "__main__"})
        except BaseException as error:
            own = error.__traceback__.tb_next
            traceback.print_exception(type(error), error, own)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each broken script prints and complains about."""
    root = tmp_path_factory.mktemp("broken")
    for name, (_, script) in BROKEN.items():
        (root / name).mkdir()
        (root / name / "solution.py").write_text(script, encoding="utf-8")
    folders = [str(root / name) for name in BROKEN]
    subprocess.run([sys.executable, "-c", RUNNER, *folders], check=True)
    return {name: (root / name / "log.txt").read_text(encoding="utf-8") for name in BROKEN}


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_real_crash_is_recognised_and_its_line_is_shown(
    name: str, logs: dict[str, str], tmp_path: Path
) -> None:
    expected, log = BROKEN[name][0], logs[name]
    crashed = {"outcome": Outcome.CRASHED, "log_tail": log, "exit_code": 1}
    trial = make_trial(tmp_path / "trial").model_copy(update=crashed)
    assert classify(trial, None, None).name == expected, log
    shown = relevant_lines(log)
    assert str(tmp_path.parent) not in shown
    assert "/site-packages" not in shown
    assert 'File "solution.py", line' in shown
    assert log.strip().splitlines()[-1][:60].split("/")[0] in shown
    assert len(shown) <= 4_000
