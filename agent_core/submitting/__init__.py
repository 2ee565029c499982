"""Handing a run's submission in at Kaggle, once, and reading what comes back.

order      what is to be sent, for which run
quota      what stands in the way: limits, deadline, rules
records    what was sent, kept in the home by the file's content
sending    have the file at Kaggle exactly once, whatever breaks in between
scoring    wait for the score, and see how it stands
submit     all of it in order
"""
