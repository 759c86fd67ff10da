"""The desk over HTTP, to read only (RELIABILITY.md section 3): who may ask, how it is answered, and on which thread.

Nothing here is imported unless the API is enabled. What the answers hold comes from outside, as `routes.Route`.
"""
