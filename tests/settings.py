"""The product's own settings, with a data folder of its own and quick password hashing."""

from tests import folder

folder.of_this_run()

from crossdesk.config.settings import *  # noqa: E402, F403 -- they read the folder

STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 -- served from there in the product; empty here
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in the product: threads share it by WAL. Nothing here outlives a power cut, so it need not wait for the disk.
    DATABASES["default"]["TEST"]["NAME"] = str(HOME / "tests.sqlite3")  # noqa: F405
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")

BLIND_PERCENT = 0  # chance has no place in tests but in those that are about it
ALLOWED_HOSTS_OUT = ["127.0.0.1", "localhost"]  # where the tests' own servers are
