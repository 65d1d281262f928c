"""The processes that answer queries: killable, limited, and apart from the one that speaks HTTP.

The *nursery* is started by the service, has no threads, and forks whatever is asked for. It forks a *view*: a process
that holds the data in memory and forks *workers*, which share that memory and answer one query after another. A worker
that reaches a limit is killed; nothing else is lost. The *writer* holds the durable store while there is something to
write. Every process speaks over one socket, whose other end the service holds.
"""
