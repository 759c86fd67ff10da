"""The embedded exchange: Coinbase's public REST and websocket protocol on loopback, for demos and tests."""
