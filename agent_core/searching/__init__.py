"""What the policy in `agent_core.search` is made of: steps, questions and answers, side by side."""
