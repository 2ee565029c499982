"""What can be set from outside: environment variables, or a ``.env`` file beside the work."""

from pathlib import Path

import platformdirs
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent_core.home import Home


class Settings(BaseSettings):
    """``KAGGLE_AGENT_HOME`` and its like."""

    model_config = SettingsConfigDict(env_prefix="KAGGLE_AGENT_", env_file=".env", extra="ignore")

    home: Path = Path(platformdirs.user_data_dir("kaggle-agent", appauthor=False))

    def folders(self) -> Home:
        """The home folder's layout, with an absolute root."""
        return Home(root=self.home.expanduser().resolve())
