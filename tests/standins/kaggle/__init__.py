"""A small Kaggle of the tests' own, spoken to over real HTTP by the real kaggle client.

    with KaggleStandIn("titanic", {"train.csv": b"..."}) as kaggle:
        subprocess.run([..., "solve", kaggle.address], env=os.environ | kaggle.env)

`KaggleStandIn.env` points a whole process (the command line included) here, by the client's own
ways: ``KAGGLE_API_ENVIRONMENT=LOCALHOST`` makes it call http://localhost, and ``HTTP_PROXY`` leads
that to our port. ``NO_PROXY=127.0.0.1`` keeps embedded servers reachable (name them 127.0.0.1, not
localhost, in that process), and ``HTTPS_PROXY`` is a closed port, so that a call that slips to the
real service fails at once. It also holds valid credentials, a home without any others, and short
waiting times. `pointed_at` does the same within the test process.

What goes wrong is scripted with `Fault`; `KaggleStandIn.calls` counts what was asked, where
"storage" is the host that serves the bytes and "upload" the one that takes them.

There is one module per service. A service is a class whose methods carry the names of the API's
and take a `Call` to an `Answer`; `KaggleStandIn` holds one of each.
"""

from tests.standins.kaggle.faults import Fault
from tests.standins.kaggle.http import LAST_MODIFIED, Answer, Call
from tests.standins.kaggle.standin import KEY, RULES, TOKEN, USER, KaggleStandIn, pointed_at
from tests.standins.kaggle.storage import zipped

__all__ = [
    "KEY",
    "LAST_MODIFIED",
    "RULES",
    "TOKEN",
    "USER",
    "Answer",
    "Call",
    "Fault",
    "KaggleStandIn",
    "pointed_at",
    "zipped",
]
