"""A backtest told to a person: sentences, figures and one page of HTML that opens without a network."""
