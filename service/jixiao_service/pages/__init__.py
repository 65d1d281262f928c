"""The pages: server-rendered, in Chinese with English labels, over the service's own query engine."""
