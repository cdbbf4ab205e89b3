"""How does a letter look as plain text, and how as HTML?

Of HTML what every mail program shows: no style sheet, no picture, nothing that is fetched from anywhere.
"""

from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap

from instep.notices.letters import Block, Commands, Letter, Listed, Paragraph, Requests

_WIDTH = 100
_FONT = (
    "font-family:system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#1b2421"
)
_CODE = "font-family:ui-monospace,Consolas,Menlo,monospace;font-size:13px;overflow-wrap:anywhere"
_BUTTON = (
    "display:inline-block;padding:9px 16px;border-radius:6px;background:#0b6e5f;color:#ffffff;text-decoration:none"
)
_QUIET = "color:#5b6764;font-size:13px"


def as_text(letter: Letter, console_url: str | None, foot: str) -> str:
    """Return the letter for who reads no HTML; without a `console_url` there is no link in it."""
    parts = ["\n".join(_text_of(block)) for block in letter.blocks]
    if console_url:
        parts.append(f"{letter.link.title}:\n  {_address(console_url, letter)}")
    parts.append(foot)
    return printable("\n\n".join(parts)) + "\n"


def as_html(letter: Letter, console_url: str | None, foot: str) -> str:
    """Return the same as HTML."""
    parts = [f'<h1 style="font-size:19px;line-height:1.3;margin:0 0 14px">{_safe(letter.about)}</h1>']
    parts += [_html_of(block) for block in letter.blocks]
    if console_url:
        address = escape(_address(console_url, letter), quote=True)
        parts.append(
            f'<p style="margin:22px 0"><a href="{address}" style="{_BUTTON}">{_safe(letter.link.title)}</a></p>'
        )
    parts.append(f'<p style="{_QUIET};border-top:1px solid #dde4e2;padding-top:12px">{_safe(foot)}</p>')
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="color-scheme" content="light"><title>'
        f'{_safe(letter.about)}</title></head>\n<body style="margin:0;padding:24px;background:#ffffff">\n'
        f'<div style="{_FONT};max-width:640px;margin:0 auto">\n{body}\n</div></body></html>\n'
    )


def printable(text: str) -> str:
    """Return a text without what would steer a terminal or a mail program."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def one_line(text: str) -> str:
    """Return a text without its line breaks, so that it cannot begin a header or a sentence of its own."""
    return printable(" ".join(text.split()))


def _text_of(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        case Commands(lines):
            yield from (f"  {line}" for line in lines)
        case Listed(items):
            yield from (f"- {one_line(item)}" for item in items)
        case Requests(quoted):
            yield "The last requests that did not work:"
            for request in quoted:
                yield f"  {request['at']} {request['method']} {request['url']}"
                yield f"    -> {_came(request)}: {_answer(request)}"


def _html_of(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f'<p style="margin:0 0 12px">{_safe(text)}</p>'
        case Commands(lines):
            code = "<br>".join(_safe(line) for line in lines)
            return f'<p style="margin:0 0 12px;{_CODE}">{code}</p>'
        case Listed(items):
            entries = "".join(f'<li style="margin:0 0 4px">{_safe(one_line(item))}</li>' for item in items)
            return f'<ul style="margin:0 0 12px;padding-left:20px">{entries}</ul>'
        case Requests(quoted):
            entries = "".join(_request(request) for request in quoted)
            title = '<p style="margin:0 0 6px">The last requests that did not work:</p>'
            return f'{title}<ul style="{_CODE};padding-left:20px">{entries}</ul>'


def _request(request: Mapping[str, object]) -> str:
    sent = _safe(f"{request['at']} {request['method']} {request['url']}")
    return f'<li style="margin:0 0 6px">{sent}<br>{_safe(_came(request))}: {_safe(_answer(request))}</li>'


def _came(request: Mapping[str, object]) -> str:
    return "no answer" if request["status"] is None else f"HTTP {request['status']}"


def _answer(request: Mapping[str, object]) -> str:
    return one_line(str(request["answer"])) or "nothing"


def _address(console_url: str, letter: Letter) -> str:
    return console_url.rstrip("/") + letter.link.path


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)
