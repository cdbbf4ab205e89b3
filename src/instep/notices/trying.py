"""What does the mail say with which an administrator tries the mail server?"""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid


def compose_trial(sender: str, recipient: str, now: datetime, console_url: str | None) -> EmailMessage:
    """Return a mail that says that mails arrive."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = "[Instep] Mails from Instep reach you"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="instep.invalid")
    message["Auto-Submitted"] = "auto-generated"
    lines = [
        "This is the test mail that you asked for under Settings. Notifications about provisioning come the same way."
    ]
    message.set_content(
        "\n".join([*lines, *([f"Settings: {console_url.rstrip('/')}/settings"] if console_url else [])])
    )
    return message
