"""What the model costs: prices, the ledger of calls, and the limit in US dollars."""
