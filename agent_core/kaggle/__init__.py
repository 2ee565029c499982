"""Talking to Kaggle safely."""
