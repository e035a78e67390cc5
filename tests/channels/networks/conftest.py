from tests.servers.sandbox import sandbox

__all__ = ["sandbox"]
