"""The pieces for people who write scripts: `kernel` and `dataset`, also where no UTF-8 is set."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standins.kaggle import KaggleStandIn, pointed_at
from tests.standins.kaggle.kernels import Play
from ui.kaggle_scripting import KernelWishes, push_kernel, show_kernel, watch_kernel

REF = "ada/some-kernel"
SCRIPT = """\
import os, pathlib
root = pathlib.Path(os.environ["KAGGLE_AGENT_KERNEL_ROOT"])
(root / "working" / "結果.csv").write_text("id,値\\n1,良い\\n", encoding="utf-8")
print("完了:", sorted(path.name for path in (root / "input").iterdir()))
"""


@pytest.fixture
def kaggle() -> Iterator[KaggleStandIn]:
    with KaggleStandIn() as kaggle:
        kaggle.datasets.settling = 0
        yield kaggle


def call(kaggle: KaggleStandIn, *words: str, code: int = 0) -> dict[str, Any]:
    """The JSON object that the command prints."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C"} | kaggle.env
    done = subprocess.run(
        (str(Path(sys.executable).with_name("kaggle-agent")), *words, "--json"),
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer | {"stderr": done.stderr.decode()}


@pytest.mark.slow
def test_from_a_data_set_and_a_script_to_its_outputs(kaggle: KaggleStandIn, tmp_path: Path) -> None:
    script, table = tmp_path / "skript.py", tmp_path / "表.csv"
    script.write_text(SCRIPT, encoding="utf-8")
    table.write_text("id\n1\n", encoding="utf-8")

    made = call(kaggle, "dataset", "create", str(table), "--name", "some-tables")
    assert made["ref"] == "ada/some-tables"
    assert kaggle.datasets.files["ada/some-tables"] == {"表.csv": b"id\n1\n"}
    table.write_text("id\n2\n", encoding="utf-8")
    call(kaggle, "dataset", "update", str(table), "--name", "ada/some-tables", "--notes", "新")
    assert kaggle.datasets.files["ada/some-tables"] == {"表.csv": b"id\n2\n"}

    options = ("--name", "some-kernel", "--competition", "titanic", "--dataset", "some-tables")
    pushed = call(kaggle, "kernel", "push", str(script), *options, "--run-limit", "600")
    assert (pushed["ref"], pushed["version"]) == (REF, 1)
    assert kaggle.kernels.pushed[0]["sessionTimeoutSeconds"] == 600

    watched = call(kaggle, "kernel", "watch", "some-kernel", "--interval", "0.2")
    assert watched["state"] == "complete"
    assert "完了: ['some-tables', 'titanic']" in watched["stderr"]

    saved = call(kaggle, "kernel", "output", REF, "--to", str(tmp_path / "出力"))
    assert [file["name"] for file in saved["files"]] == ["結果.csv"]
    assert (tmp_path / "出力" / "結果.csv").read_text(encoding="utf-8") == "id,値\n1,良い\n"
    assert "完了" in Path(saved["log"]).read_text(encoding="utf-8")


def test_what_does_not_end_well_is_an_exit_code(
    kaggle: KaggleStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kaggle.kernels.runs |= {REF: Play("RUNNING"), "ada/failed": Play("ERROR", failure="Sorry")}
    (tmp_path / "script.py").write_text("pass")
    wishes = KernelWishes(
        script=tmp_path / "script.py",
        name="later",
        competitions=(),
        datasets=(),
        gpu=True,
        internet=True,
        run_limit=None,
    )

    def answer() -> Any:
        return json.loads(capsys.readouterr().out)

    with pointed_at(kaggle):
        assert watch_kernel(REF, interval=0.1, limit=0.3, as_json=True) == 1
        assert "still running" in answer()["error"]["what"]
        assert watch_kernel("failed", interval=0.1, limit=0.3, as_json=True) == 1
        assert answer()["failure"] == "Sorry"
        assert show_kernel("ada/failed", as_json=False) == 0
        assert "ada/failed is error: Sorry" in capsys.readouterr().out
        kaggle.kernels.busy = 1
        assert push_kernel(wishes, as_json=True) == 1
        assert "Maximum batch GPU session count" in answer()["error"]["what"]
        assert show_kernel("a/b/c", as_json=True) == 2
        assert "names no kernel" in answer()["error"]["what"]
        wishes.script.write_bytes(b"# \xe9")
        assert push_kernel(wishes, as_json=True) == 2
        assert "UTF-8" in answer()["error"]["what"]
    assert kaggle.kernels.pushed == []
