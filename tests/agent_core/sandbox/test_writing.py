"""Attacks that write where the script has nothing to write, or too much."""

import os
import shutil
import sys
from pathlib import Path

from agent_core.sandbox.sandbox import Outcome
from tests.agent_core.sandbox.conftest import Execute


def test_inputs_interpreter_and_system_cannot_be_changed(execute: Execute, tmp_path: Path) -> None:
    targets = [sys.prefix, str(Path(os.__file__).parent), "/usr", "/etc", "/", str(tmp_path)]
    targets += [str(Path.home()), "/var/tmp", str(Path.cwd())]

    ran = execute(f"""
        def attempt(action, *arguments):
            try: action(*arguments)
            except OSError: return
            print("done", action, arguments)
        for path in (args.folds, args.data + "/train.csv", __file__, sys.executable):
            attempt(open, path, "a")
            attempt(os.truncate, path, 0)
            try: os.chmod(path, 0o777)  # may pretend to work: that modes stay is checked outside
            except OSError: pass
            attempt(os.unlink, path)
            attempt(os.rename, path, path + ".old")
        for folder in (args.data, os.path.dirname(__file__), *{targets!r}):
            attempt(open, folder + "/planted", "w")
            attempt(os.mkdir, folder + "/planted.d")
            attempt(os.symlink, "/etc", folder + "/planted.l")
        """)

    assert ran.execution.outcome is Outcome.OK
    # Below /tmp the script is in its own scratch space, also where the machine keeps a clone there.
    assert [line for line in ran.log.splitlines() if "'/tmp/" not in line] == []
    assert not list(tmp_path.rglob("planted*"))
    assert not [name for folder in targets for name in Path(folder).glob("planted*")]


def test_scratch_space_is_there_and_is_not_the_machines_own(execute: Execute) -> None:
    ran = execute("""
        import tempfile
        with tempfile.NamedTemporaryFile(dir=tempfile.gettempdir(), delete=False) as file:
            file.write(b"scratch")
        print(file.name)
        open(os.path.expanduser("~/note"), "w").write("also")
        """)

    assert ran.execution.outcome is Outcome.OK
    assert not Path(ran.log.strip()).exists()


def test_one_endless_file(execute: Execute) -> None:
    ran = execute("""
        with open(out + "/submission.csv", "wb") as file:
            for _ in range(200): file.write(bytes(1024**2))
        """)

    assert ran.execution.outcome is Outcome.TOO_MUCH_OUTPUT
    assert "wrote too much" in ran.execution.message


def test_a_file_beyond_the_size_of_one_file(execute: Execute) -> None:
    ran = execute(
        """
        with open(out + "/submission.csv", "wb") as file:
            for _ in range(20): file.write(bytes(1024**2))
        """,
        file_bytes=5 * 1024**2,
    )

    assert ran.execution.outcome is Outcome.TOO_MUCH_OUTPUT
    assert "5 MiB" in ran.execution.message


def test_endlessly_many_files(execute: Execute) -> None:
    ran = execute("""
        for number in range(5000):
            open(f"{out}/{number}", "w").close()
        time.sleep(5)
        """)

    assert ran.execution.outcome is Outcome.TOO_MUCH_OUTPUT
    assert "files" in ran.execution.message
    assert len(list(ran.out.iterdir())) <= 100


def test_a_file_with_holes_that_only_pretends_to_be_large(execute: Execute) -> None:
    ran = execute("""
        for number in range(50):
            with open(f"{out}/{number}.csv", "wb") as file: file.truncate(49 * 1024**2)
        """)

    assert ran.execution.outcome is Outcome.BAD_OUTPUT
    assert "too large" in ran.execution.message
    assert sum(path.stat().st_size for path in ran.out.iterdir()) <= 20 * 1024**2


def test_filling_the_scratch_space_harms_no_disk(execute: Execute, tmp_path: Path) -> None:
    free = shutil.disk_usage("/tmp").free

    ran = execute("""
        for number in range(20):
            with open(os.path.expanduser(f"~/{number}"), "wb") as file:
                file.write(bytes(40 * 1024**2))
        time.sleep(5)
        """)

    assert ran.execution.outcome in (Outcome.OUT_OF_MEMORY, Outcome.TOO_MUCH_OUTPUT)
    assert shutil.disk_usage("/tmp").free > free - 1024**3


def test_outputs_that_are_no_plain_files(execute: Execute) -> None:
    ran = execute("""
        open(out + "/oof.csv", "w").close()
        os.symlink("/etc/passwd", out + "/link.csv")
        os.mkfifo(out + "/pipe.csv")
        os.mkdir(out + "/folder.csv")
        open(out + "/one.csv", "w").close()
        os.link(out + "/one.csv", out + "/two.csv")
        open(out + "/holes.csv", "w").truncate(30 * 1024**2)
        """)

    assert ran.execution.outcome is Outcome.BAD_OUTPUT
    for text in (
        "link.csv is a symbolic link",
        "pipe.csv is a named pipe",
        "folder.csv is a folder",
        "one.csv is a hard link",
        "two.csv is a hard link",
        "holes.csv is too large",
    ):
        assert text in ran.execution.message
    assert [output.name for output in ran.execution.outputs] == ["oof.csv"]
    assert [path.name for path in ran.out.iterdir()] == ["oof.csv"]


def test_an_output_with_a_name_that_plays_with_terminals(execute: Execute) -> None:
    ran = execute(r'open(out + "/\x1b[2J.csv", "w").close()')

    assert ran.execution.outcome is Outcome.BAD_OUTPUT
    assert "\x1b" not in ran.execution.message


def test_a_socket_as_output(execute: Execute) -> None:
    ran = execute("""
        import socket
        with socket.socket(socket.AF_UNIX) as server: server.bind(out + "/submission.csv")
        """)

    # Where the machine's own sockets are in reach, the script may make none at all.
    assert ran.execution.outcome in (Outcome.BAD_OUTPUT, Outcome.CRASHED)
    assert not list(ran.out.iterdir())


def test_closing_the_output_folder_hides_nothing(execute: Execute) -> None:
    ran = execute("""
        open(out + "/submission.csv", "w").write("here")
        os.chmod(out + "/submission.csv", 0o444)
        os.mkdir(out + "/deep")
        os.chmod(out + "/deep", 0)
        os.chmod(out, 0)
        """)

    assert ran.execution.outcome is Outcome.BAD_OUTPUT
    assert (ran.out / "submission.csv").read_text() == "here"


def test_a_crash_with_bad_outputs_stays_a_crash(execute: Execute) -> None:
    ran = execute('os.mkdir(out + "/models"); sys.exit(3)')

    assert ran.execution.outcome is Outcome.CRASHED
    assert ran.execution.exit_code == 3
    assert "models is a folder" in ran.execution.message
