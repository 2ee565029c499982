"""What can be set from outside: environment variables, or a ``.env`` file beside the work."""

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent_core.conversation import Effort, ModelChoice, Purpose
from agent_core.home import Home

EffortSetting = Effort | Literal["default"]


class Settings(BaseSettings):
    """``KAGGLE_AGENT_HOME`` and its like.

    ``model_*`` is the Claude model for each purpose, ``effort_*`` how hard it thinks ("default"
    leaves that to the model, as older ones demand), ``max_tokens_*`` the room for its thinking and
    answer, which is also what each call reserves of the dollar limit. One model plans, writes and
    improves, because a prompt cache serves one model only.
    """

    model_config = SettingsConfigDict(env_prefix="KAGGLE_AGENT_", env_file=".env", extra="ignore")

    home: Path = Path(platformdirs.user_data_dir("kaggle-agent", appauthor=False))

    model_plan: str = "claude-sonnet-5-5"
    model_draft: str = "claude-sonnet-5-5"
    model_improve: str = "claude-sonnet-5-5"
    model_repair: str = "claude-haiku-5-5"
    effort_plan: EffortSetting = "medium"
    effort_draft: EffortSetting = "medium"
    effort_improve: EffortSetting = "medium"
    effort_repair: EffortSetting = "medium"
    max_tokens_plan: int = 8_000
    max_tokens_draft: int = 20_000
    max_tokens_improve: int = 20_000
    max_tokens_repair: int = 24_000

    def choice_for(self, purpose: Purpose) -> ModelChoice:
        """Who answers questions of that purpose, and with how much room."""
        effort = getattr(self, f"effort_{purpose}")
        return ModelChoice(
            model=getattr(self, f"model_{purpose}"),
            effort=None if effort == "default" else effort,
            max_tokens=getattr(self, f"max_tokens_{purpose}"),
        )

    def folders(self) -> Home:
        """The home folder's layout, with an absolute root."""
        return Home(root=self.home.expanduser().resolve())
