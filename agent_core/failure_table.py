"""What goes wrong with generated solutions: one table from signs to a name, a meaning and advice.

The first row whose signs are there wins, so what the host knows for certain comes before what is
read from a log.
"""

from agent_core.failure_signs import (
    Sign,
    any_of,
    ended,
    gate_failed,
    killed,
    logged,
    not_finite,
    withheld,
)
from agent_core.sandbox.sandbox import Outcome
from agent_core.value import Value


class FailureClass(Value):
    """``meaning`` is for people and models alike, ``advice`` is what the repair is told to do."""

    name: str
    meaning: str
    advice: str


FAILURES: tuple[tuple[Sign, FailureClass], ...] = (
    (
        any_of(withheld, gate_failed("not_too_good")),
        FailureClass(
            name="leak",
            meaning="The out-of-fold score is not real: it does not hold when a fold's targets are "
            "really withheld, or the predictions repeat the target itself.",
            advice="Find how a row's own target reaches its prediction: an encoding, aggregate or "
            "look-up by the target that is made before splitting; a step fitted on the fold that "
            "it predicts; early stopping, weights or thresholds chosen on those rows; a feature "
            "that exists only once the target is known; answers found by id, by duplicate or "
            "written into the script. Fit every such step inside the fold, on its training rows "
            "alone. An honest lower score wins over a leaking one, which is thrown out.",
        ),
    ),
    (
        ended(Outcome.TIMEOUT),
        FailureClass(
            name="timeout",
            meaning="The script was still running when its time was over, and was stopped.",
            advice="Measure the time of one fold and plan with it. Write submission.csv and "
            "oof.csv after the first cheap model, check --budget before each further fit, and "
            "stop at 85 % of it. Save time where it is spent: fewer rounds with early stopping, "
            "a larger learning rate, fewer seeds, vectorised features instead of row loops, "
            "max_bin 127, a sample of rows for choosing settings.",
        ),
    ),
    (
        any_of(ended(Outcome.OUT_OF_MEMORY), killed),
        FailureClass(
            name="oom",
            meaning="The script needed more memory than it may have, and was stopped.",
            advice="Use float32 and category codes, keep one-hot and word features sparse, drop "
            "frames when they are done with (del), read only the columns that are needed, "
            "join aggregates instead of raw side tables, train folds one after another and never "
            "in parallel processes, and keep predictions instead of models.",
        ),
    ),
    (
        ended(Outcome.TOO_MANY_PROCESSES, Outcome.TOO_MUCH_OUTPUT),
        FailureClass(
            name="resource_limit",
            meaning="The script started too many processes or threads, or wrote too much.",
            advice="Parallelise in one place only: either n_jobs of the model or a pool around it, "
            "with no more workers than processors. Write the two answers and short notes, no "
            "models, caches or long logs.",
        ),
    ),
    (
        logged(r"^\s*(?:SyntaxError|IndentationError|TabError)\b"),
        FailureClass(
            name="syntax",
            meaning="The script is no valid Python and did not run at all.",
            advice="Correct the line that is named, look for the same slip elsewhere, and check "
            "that every bracket and string is closed.",
        ),
    ),
    (
        logged(r"^\s*ModuleNotFoundError\b"),
        FailureClass(
            name="missing_dep",
            meaning="The script imports a package that is not installed and cannot be installed.",
            advice="Do without it: use only the libraries listed at the beginning. Write what is "
            "needed in numpy, or choose the nearest model of scikit-learn, LightGBM or XGBoost.",
        ),
    ),
    (
        logged(r"\byfinance\b", r"\bYF\w*Error\b", r"possibly delisted"),
        FailureClass(
            name="yfinance",
            meaning="The script asked Yahoo Finance for data, and got none, or in a form that it "
            "did not expect (column names of two levels).",
            advice="Do not download prices: everything has to come from the files in --data. Where "
            "such data are among the files, flatten column names of two levels right after "
            "reading, and expect days that are missing.",
        ),
    ),
    (
        logged(
            r"\b(?:gaierror|URLError|ConnectionError|ConnectTimeout|ReadTimeout|MaxRetryError)\b",
            r"\b(?:ConnectionRefusedError|HTTPError|SSLError|ProxyError|RemoteDisconnected)\b",
            r"Name or service not known|Temporary failure in name resolution",
            r"Network is unreachable|(?i:connection timed out)|Max retries exceeded",
            r'File "[^"]*(?:/socket\.py|/urllib/request\.py|/http/client\.py)"',
        ),
        FailureClass(
            name="network_timeout",
            meaning="The script tried to reach the network. There is none, and never will be.",
            advice="Take out every download, pretrained model, hub, web request and package "
            "installation. Everything has to come from the files in --data.",
        ),
    ),
    (
        logged(r"\bPermissionError\b", r"Read-only file system"),
        FailureClass(
            name="forbidden_path",
            meaning="The script tried to write, or to read, where it may not.",
            advice="Write below --out only (or to a temporary file of the tempfile module), and "
            "read below --data and the --folds file only. The data folder cannot be changed.",
        ),
    ),
    (
        logged(r"\bFileNotFoundError\b", r"\b(?:IsA|NotA)DirectoryError\b", r"No such file or d"),
        FailureClass(
            name="dataset_missing",
            meaning="The script opened a file that is not there.",
            advice="Build every path from --data and the file names listed under Tables, letter by "
            "letter, with their folders. Do not guess other files, and write nothing that you "
            "mean to read back but below --out.",
        ),
    ),
    (
        logged(
            r"\b[Mm]ulti-?[Ii]ndex\b|/indexes/multi\.py",
            r"^KeyError: \(",
            r"Cannot set a DataFrame with multiple columns",
            r"Feature names are only supported if all input features have string names",
            r"merging between different levels",
            r"Buffer has wrong number of dimensions|Data must be 1-dimensional",
        ),
        FailureClass(
            name="multi_index_columns",
            meaning="A frame has column names of several levels, or not all texts, where single "
            "texts were expected (as after agg with several functions, or pivot).",
            advice="Use named aggregation, agg(price_mean=('price', 'mean')), or flatten right "
            "after the step: frame.columns = ['_'.join(map(str, name)) for name in frame.columns]. "
            "Make every feature name a plain unique text before training.",
        ),
    ),
    (
        logged(
            r"AttributeError: '(?:DataFrame|Series|\w*Index|\w*GroupBy)' object has no attribute",
            r"AttributeError: module 'pandas[\w.]*' has no attribute",
            r"ImportError: cannot import name '\w+' from 'pandas",
            r"TypeError: (?:NDFrame|DataFrame|Series|read_\w+|to_datetime|concat|\w*GroupBy)[\w.]*"
            r"\(\) (?:got an unexpected|takes)",
            r"no longer supported for offsets|Invalid frequency",
            r"Invalid value '.*' for dtype",
            r"assignment destination is read-only",
            r"Cannot interpret '<StringDtype|with string dtype|dtype 'str'",
            r"include_groups=True is no longer allowed",
            r"pandas dtypes must be int, float or bool|DataFrame\.dtypes for data must be",
        ),
        FailureClass(
            name="pandas_compat",
            meaning="The script uses pandas as it was before version 3.",
            advice="Look up the changes of pandas 3 listed at the beginning. The usual ones: text "
            "columns have dtype str, not object, and take only texts; append, iteritems, applymap "
            "and fillna(method=) are gone; chained assignment changes nothing; arrays from "
            "to_numpy() are read-only, so copy them before writing; models take no str columns, "
            "so encode them. Check every other place in the script that does the same.",
        ),
    ),
    (
        logged(
            r"got an unexpected keyword argument|InvalidParameterError",
            r"ImportError: cannot import name|has been removed from scikit-learn",
            r"AttributeError: module '(?:numpy|scipy|sklearn|lightgbm|xgboost)[\w.]*' has no",
            r"AttributeError: `np\.\w+` was removed",
            r"(?:XGBoostError|LightGBMError)\b.*(?:valid values|[Uu]nknown)",
        ),
        FailureClass(
            name="library_compat",
            meaning="The script calls a library with a name or argument that this version does not "
            "have.",
            advice="Look up the changes listed with the libraries at the beginning: early stopping "
            "is a callback in LightGBM and a constructor argument in XGBoost; OneHotEncoder takes "
            "sparse_output; np.NaN, np.float and the like are gone. Leave the argument out where "
            "you are not sure.",
        ),
    ),
    (
        any_of(
            not_finite,
            logged(
                r"contains? (?:NaN|infinity|inf\b)",
                r"(?:NaN|nan|inf) values? (?:encountered|found)|[Mm]ust not contain (?:NaN|inf)",
                r"cannot convert (?:float )?NaN|Cannot convert non-finite values",
                r"Label contains NaN|[Cc]heck failed: valid.*(?:NaN|infinity)",
            ),
        ),
        FailureClass(
            name="metric_nan",
            meaning="A missing or infinite number reached a model, the metric or the predictions.",
            advice="Find where it arises: rows without a fold prediction (fill all rows whose fold "
            "is not -1), a division by zero, a logarithm of zero or less, a join without a match, "
            "a model that cannot take missing values. Impute inside the fold, clip predictions to "
            "the range that the metric is defined on, and check numpy.isfinite before writing.",
        ),
    ),
    (
        logged(
            r"feature names (?:should match|mismatch|must (?:be|match))|[Ff]eature shape mismatch",
            r"number of features in data|X has \d+ features?, but",
            r"previously unseen labels|Found unknown categor|categorical_feature do not match",
            r"Feature \(.*\) appears more than one time|special JSON characters",
            r"feature_names must be",
        ),
        FailureClass(
            name="feature_mismatch",
            meaning="Training and test rows do not have the same features or categories, or the "
            "features' names are not ones that the model takes.",
            advice="Build features for both tables with one function, take the training columns "
            "in their order for the test rows, encode unknown categories as their own value, and "
            "rename features to f0, f1, ... for the model (keep the real names for importance).",
        ),
    ),
    (
        logged(r"^KeyError: ", r"not (?:in index|found in axis)", r"Usecols do not match columns"),
        FailureClass(
            name="column_missing",
            meaning="The script asked for a column that this table does not have.",
            advice="Take the names from the column table, letter by letter. Targets are not in the "
            "test table; the id may have another name there. A column that was dropped, renamed "
            "or became the index is gone.",
        ),
    ),
    (
        any_of(ended(Outcome.BAD_OUTPUT), gate_failed("valid", "valid_submission")),
        FailureClass(
            name="bad_output",
            meaning="The script ended, but its answer breaks the solution contract.",
            advice="Write submission.csv from the sample submission itself: read it as text, keep "
            "its rows, order, ids and columns, and replace the prediction columns only. Write "
            "oof.csv with one row per training row in the table's order and the same prediction "
            "columns. Values have to be of the kind that is asked for.",
        ),
    ),
    (
        gate_failed("better_than_baseline"),
        FailureClass(
            name="below_baseline",
            meaning="The answer is valid but no better than one constant for every row.",
            advice="Something is broken rather than weak: predictions in another order than the "
            "rows, the wrong class taken as positive, labels and codes mixed up, a target "
            "transform that was not undone, or predictions of a kind that the metric does not "
            "want. Check by computing the metric on each fold and printing it.",
        ),
    ),
    (
        lambda symptoms: True,
        FailureClass(
            name="unknown",
            meaning="The script failed for a reason of its own.",
            advice="Read the log from its last line upwards, find the first line of the script "
            "that is named, and correct the cause rather than the symptom.",
        ),
    ),
)
