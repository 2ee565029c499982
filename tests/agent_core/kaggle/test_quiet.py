import sys
import threading

from agent_core.kaggle.quiet import quiet


def test_only_the_thread_that_asked_is_muted(capsys):
    with quiet():
        print("not heard")
        thread = threading.Thread(target=print, args=("heard",))
        thread.start()
        thread.join()
        sys.stdout.flush()
        assert not sys.stdout.isatty()
    print("after")

    assert capsys.readouterr().out == "heard\nafter\n"
