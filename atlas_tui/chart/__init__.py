"""The STRAT candle chart: a pure function from bars, levels and a size to rows of coloured cells."""
