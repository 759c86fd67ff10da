"""`atlas history`: years of candles and funding rates, taken in, looked at and handed out."""
