"""What is known of a competition's data before any model is trained."""

from enum import StrEnum
from typing import Literal

from agent_core.value import Value


class Task(StrEnum):
    """What is to be predicted. ``MULTI_TARGET`` is regression of several columns at once."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    ORDINAL = "ordinal"
    MULTILABEL = "multilabel"
    REGRESSION = "regression"
    MULTI_TARGET = "multi_target"


class PredictionKind(StrEnum):
    """What one submitted value is.

    NUMBER               a quantity, one column per target
    LABEL                a class label (one column), or 0/1 per column for multi-label
    PROBABILITY          the probability of the positive class, one column per target
    CLASS_PROBABILITIES  one column per class
    RANKING              the likeliest labels, best first, separated by blanks in one column
    """

    NUMBER = "number"
    LABEL = "label"
    PROBABILITY = "probability"
    CLASS_PROBABILITIES = "class_probabilities"
    RANKING = "ranking"


class ColumnKind(StrEnum):
    """How a column's values are to be understood."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"
    HIGH_CARDINALITY = "high_cardinality"
    DATE = "date"
    TEXT = "text"
    ID_LIKE = "id_like"
    CONSTANT = "constant"
    ALL_MISSING = "all_missing"


class FoldScheme(StrEnum):
    """How training rows are split for validation.

    STRATIFIED        each fold has the classes in their proportion
    SHUFFLED          at random
    GROUPED           all rows of a group lie in one fold
    TIME_FORWARD      a fold is validated by models of earlier rows only; the earliest rows are
                      never validated (fold -1)
    TIME_BLOCKS       whole stretches of time lie in one fold: for test rows that lie in gaps
                      between training rows
    """

    STRATIFIED = "stratified"
    SHUFFLED = "shuffled"
    GROUPED = "grouped"
    TIME_FORWARD = "time_forward"
    TIME_BLOCKS = "time_blocks"


class TableFormat(Value):
    """How a file is read. For Parquet only ``kind`` counts.

    A ``separator`` of one blank stands for any run of blanks; one that ends in a blank (", ") for
    blanks after it that are no part of the value. ``quoted`` is whether double quotes enclose
    values. Without a ``header`` the columns are called column_0, column_1 and so on. ``member`` is
    the file inside a zip that holds several. ``missing`` are the texts that mean "no value" in
    columns other than targets and ids. ``units`` stand behind the numbers of whole columns ("m²").
    """

    kind: Literal["csv", "parquet"] = "csv"
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str | None = None
    units: tuple[str, ...] = ()
    quoted: bool = True
    header: bool = True
    compression: Literal["gzip", "zip", "bz2", "xz", "zstd"] | None = None
    member: str | None = None
    missing: tuple[str, ...] = ("", "NA", "NaN", "nan", "null", "NULL", "None", "N/A", "?")


class Join(Value):
    """How a side table meets the main tables. ``many``: several side rows may share a key.

    Without any columns the tables meet row by row (labels in a file of their own, without a key).
    """

    main_columns: tuple[str, ...]
    side_columns: tuple[str, ...]
    many: bool


class Table(Value):
    """One tabular file of the dataset.

    ``labels`` holds the targets of the training rows where the training table does not, and is
    joined to it. The test table is the sample submission's file where only side tables have
    features.
    """

    name: str
    role: Literal["train", "test", "sample_submission", "labels", "side", "unused"]
    format: TableFormat
    rows: int
    columns: tuple[str, ...]
    join: Join | None = None


class Column(Value):
    """One column of the training table.

    ``missing_*`` and ``unseen`` are fractions from 0 to 1; ``unseen`` is the part of the test rows
    whose value never occurs in training. ``drift`` is the Kolmogorov-Smirnov statistic between
    training and test values (total variation distance for categories), None where the column is
    not in the test table. ``unique`` counts distinct training values. ``date_format`` is one that
    `agent_core.template.converting.parse_timestamps` takes: of strptime, ISO8601 or epoch_s.
    """

    name: str
    kind: ColumnKind
    role: Literal["feature", "id", "target", "group", "time", "unused"]
    reason: str = ""
    unique: int
    missing_train: float
    missing_test: float | None = None
    drift: float | None = None
    unseen: float | None = None
    date_format: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    examples: tuple[str, ...] = ()


class Target(Value):
    """A column to predict, and its classes in the order that codes 0, 1, 2... refer to.

    ``labels`` are the texts as the training file holds them (without surrounding blanks), None for
    a quantity. For a binary target the last label is the positive one.
    """

    column: str
    labels: tuple[str, ...] | None = None


class SubmissionLayout(Value):
    """What `submission.csv` must look like.

    ``columns`` are the prediction columns in the sample's order. ``column_labels`` gives, for
    CLASS_PROBABILITIES, the label that each column stands for (they differ where columns carry a
    prefix). ``submitted_labels`` gives, for LABEL and RANKING, the text to write for each label
    of the target, in its order (it differs where training says Yes/No and the sample 1/0).
    ``id_from`` is the test column that holds the ids, None where the id is the row's number.
    ``top`` is how many labels a RANKING holds. ``integers``: NUMBER values must be whole.
    """

    table: str
    id_column: str
    id_from: str | None
    columns: tuple[str, ...]
    kind: PredictionKind
    column_labels: tuple[str, ...] | None = None
    submitted_labels: tuple[str, ...] | None = None
    top: int | None = None
    integers: bool = False


class FoldPlan(Value):
    """How the folds are made, and why so.

    ``block_length`` (seconds for dates, else the time column's own unit) is how long a stretch of
    time the test table asks for at once. ``duplicates_together`` keeps identical rows in one fold,
    ``repeats_within`` rows that are nearer to each other than that (see `template.closeness`).
    """

    scheme: FoldScheme
    folds: int
    reason: str
    group_column: str | None = None
    time_column: str | None = None
    block_length: float | None = None
    duplicates_together: bool = False
    repeats_within: float | None = None


class MetricChoice(Value):
    """The metric by its registry name. ``confidence`` is 1 where the competition names it."""

    name: str
    confidence: float
    reason: str


class Caution(Value):
    """Something a person or a planner should know. ``code`` is stable, for programs."""

    code: str
    message: str
    columns: tuple[str, ...] = ()


class Profile(Value):
    """Everything that later stages need to know of the data.

    Row counts are of the training and test tables as read. ``dataset`` is the fingerprint of the
    `Dataset` that was profiled.
    """

    dataset: str
    slug: str
    task: Task
    metric: MetricChoice
    targets: tuple[Target, ...]
    tables: tuple[Table, ...]
    columns: tuple[Column, ...]
    layout: SubmissionLayout
    folds: FoldPlan
    rows_train: int
    rows_test: int
    warnings: tuple[Caution, ...] = ()

    def table(self, role: Literal["train", "test", "sample_submission"]) -> Table:
        """The one table of that role."""
        return next(table for table in self.tables if table.role == role)

    def side_tables(self) -> tuple[Table, ...]:
        """The tables that join the main ones by a key."""
        return tuple(table for table in self.tables if table.role == "side")
