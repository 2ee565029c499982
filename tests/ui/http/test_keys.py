"""Keys are shown once, kept as hashes for their owner's eyes only, and can be revoked."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent_core.errors import BadSource
from agent_core.home import Home
from ui.http.keys import KeyRing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "home")


def test_a_key_opens_until_it_is_revoked(home: Home) -> None:
    ring, other = KeyRing(home), KeyRing(home)
    assert ring.all() == ()
    anna, bert = ring.create("anna"), ring.create("bert")
    found = other.find(anna)
    assert found is not None
    assert found.name == "anna"
    assert other.find(anna + "x") is None
    ring.revoke("anna")
    assert other.find(anna) is None
    assert other.find(bert) is not None


def test_what_is_kept_tells_no_key(home: Home) -> None:
    secret = KeyRing(home).create("anna")
    file = home.root / "api-keys.json"
    assert secret not in file.read_text()
    assert len(secret) > 40
    for kept in home.root.iterdir():
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_next_of_a_name_is_another(home: Home) -> None:
    """Who gets the name later does not get the runs."""
    ring = KeyRing(home)
    ring.create("anna")
    (before,) = ring.all()
    ring.revoke("anna")
    ring.create("anna")
    (after,) = ring.all()
    assert before.id != after.id


def test_names(home: Home) -> None:
    ring = KeyRing(home)
    ring.create("anna")
    for wrong in ("anna", "", "Anna", "a b", "-a", "a:b", "x" * 41):
        with pytest.raises(BadSource):
            ring.create(wrong)
    with pytest.raises(BadSource, match="There is no key bert"):
        ring.revoke("bert")
    assert [key.name for key in ring.all()] == ["anna"]


def test_keys_made_at_once_are_all_kept(home: Home) -> None:
    names = [f"key-{number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as makers:
        secrets = list(makers.map(lambda name: KeyRing(home).create(name), names))
    ring = KeyRing(home)
    assert sorted(key.name for key in ring.all()) == names
    assert all(ring.find(secret) for secret in secrets)
