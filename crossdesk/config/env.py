"""Typed readers of the environment: each says what is wrong and where to look. Nobody else reads it."""

import os
import secrets
import stat
from pathlib import Path

import httpx

from crossdesk.kit import outgoing
from crossdesk.kit.errors import CrossdeskError


class WrongSetting(CrossdeskError):
    """A setting cannot be used. The message names it and says how to mend it."""

    code = "setting"
    status = 500


def text(name: str, default: str = "") -> str:
    """The setting as it stands, or the default. `NAME_FILE` may name a file that holds it."""
    from_file = os.environ.get(f"{name}_FILE")
    if from_file:
        try:
            return Path(from_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE names {from_file}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """`1 true yes on` or `0 false no off`."""
    given = text(name).lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name} is “{given}”. Write 1 or 0. See docs/settings.md.")


def integer(name: str, *, default: int, least: int, most: int | None = None) -> int:
    """A whole number within its bounds."""
    given = text(name)
    if not given:
        return default
    try:
        value = int(given)
    except ValueError:
        raise WrongSetting(f"{name} is “{given}”, which is not a whole number. See docs/settings.md.") from None
    if value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"between {least} and {most}"
        raise WrongSetting(f"{name} is {value}; it must be {bounds}. See docs/settings.md.")
    return value


def choice(name: str, *, default: str, of: set[str]) -> str:
    """One of a few words."""
    given = text(name, default)
    if given not in of:
        raise WrongSetting(f"{name} is “{given}”. It may be {', '.join(sorted(of))}. See docs/settings.md.")
    return given


def hosts(name: str) -> list[str]:
    """Hosts, hosts with a port, or networks, separated by commas."""
    try:
        return [outgoing.checked_entry(each) for each in text(name).split(",") if each.strip()]
    except (ValueError, httpx.InvalidURL) as error:
        raise WrongSetting(f"{name} cannot be read: {error}. See docs/settings.md.") from error


def address(name: str, *, default: str) -> str:
    """An address with http:// or https://, without a slash at its end."""
    given = text(name, default).rstrip("/")
    try:
        parts = httpx.URL(given)
    except httpx.InvalidURL as error:
        raise WrongSetting(f"{name} cannot be read: {error}. See docs/settings.md.") from error
    if parts.scheme not in ("http", "https") or not parts.host or parts.query or parts.fragment:
        raise WrongSetting(f"{name} is “{given}”. Write it as https://plc.directory. See docs/settings.md.")
    return given


def home() -> Path:
    """The data folder, made on first use, readable by its owner alone."""
    folder = Path(text("CROSSDESK_HOME") or Path.cwd() / "var").expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WrongSetting(
            f"The data folder {folder} cannot be made: {error.strerror}. Name another in CROSSDESK_HOME."
        ) from error
    if not os.access(folder, os.W_OK):
        raise WrongSetting(
            f"The data folder {folder} cannot be written. Mend its rights, or name another in CROSSDESK_HOME."
        )
    return folder


def production() -> bool:
    """Is this an installation where a missing key must stop the start?"""
    return choice("CROSSDESK_ENV", default="local", of={"local", "production"}) == "production"


def secret(name: str, *, folder: Path) -> str:
    """A secret from the environment or a file; on one machine an absent one is made once, mode 0600."""
    given = text(name)
    if given:
        return given
    if production():
        raise WrongSetting(f"{name} is missing. With CROSSDESK_ENV=production set it, or name a file in {name}_FILE.")
    return kept_secret(folder / name.removeprefix("CROSSDESK_").lower())


def kept_secret(path: Path) -> str:
    """Read the key that lies at `path`, or make it: 32 random bytes, url-safe, mode 0600."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_kept(path)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        made = secrets.token_urlsafe(32)
        file.write(made + "\n")
    return made


def _read_kept(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise WrongSetting(f"The key file {path} can be read by others. Run: chmod 600 {path}")
    kept = path.read_text(encoding="utf-8").strip()
    if len(kept) < 32:
        raise WrongSetting(
            f"The key file {path} is damaged. Put the key back from your backup; a new key cannot open old data."
        )
    return kept
