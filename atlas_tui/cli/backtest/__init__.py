"""`atlas backtest`: years of bars through the desk's own rules, told without promising more than they can."""
