from crossdesk.config.settings import *  # noqa: F403
