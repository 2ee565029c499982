"""Running a solution as a private script kernel on Kaggle."""
