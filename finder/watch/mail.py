"""The digest by mail: from the user's own server to the user's own address, and to nobody else."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from finder.errors import MailError, SettingsError
from finder.settings import PASSWORD, MailSettings, Settings
from finder.text.sanitize import single_line

SECONDS = 30.0
LOCAL = ("localhost", "127.0.0.1", "::1")


def digest_message(mail: MailSettings, subject: str, text: str, html: str) -> EmailMessage:
    """A digest as a mail to the user, from the user."""
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = single_line(subject), mail.to, mail.to
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    return made


def send_digest(settings: Settings, subject: str, text: str, html: str) -> None:
    """Send a digest to the user.

    Raises:
        SettingsError: the password would go over a line that anybody can read.
        MailError: it could not be sent; the message says why, and never holds the password.
    """
    mail = settings.mail
    assert mail is not None, "mail is asked for where it is set"
    if mail.security == "none" and mail.host not in LOCAL:
        raise SettingsError('[mail] security = "none" is for a server on this machine only. Use "starttls" or "ssl".')
    password = settings.keys.get(PASSWORD, "")
    if mail.user and not password:
        raise SettingsError("[mail] has a user and no password. Set FINDER_SMTP_PASSWORD.")
    try:
        with _connect_smtp(mail) as server:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, password)
            server.send_message(digest_message(mail, subject, text, html), mail.to, [mail.to])
    except (OSError, smtplib.SMTPException) as error:
        # what a server says may repeat what it was told
        why = type(error).__name__ if isinstance(error, smtplib.SMTPResponseException) else str(error)
        why = why.replace(password, "…") if password else why
        raise MailError(
            f"The digest could not be mailed by {mail.host}: {single_line(why)}. It is tried again."
        ) from None


def _connect_smtp(mail: MailSettings) -> smtplib.SMTP:
    if mail.security == "ssl":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
