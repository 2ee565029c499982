#!/bin/sh
# Solves a bundled competition with no account, key, Docker or server, and grades the answer.
set -eu
here=$(dirname "$0")
example=palmer-penguins
answer=demo-submission.csv
kaggle-agent solve "$here/$example" --budget 30 --output "$answer"
echo
echo "The example comes with the answers that a real competition hides, so the score above can be checked:"
python "$here/grade.py" "$example" "$answer"
echo
echo "Next: kaggle-agent solve https://www.kaggle.com/competitions/titanic   (needs Kaggle credentials)"
echo "      kaggle-agent solve FOLDER                                        (any folder in Kaggle's layout)"
echo "      kaggle-agent runs                                                (what was run so far)"
