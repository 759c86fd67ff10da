"""Years of candles and funding rates on disk: taken in, checked, kept as Parquet, read as integers.

Only here is pyarrow imported; it comes with the extra `history`.
"""
