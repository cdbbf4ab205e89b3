"""Under which names is the console reached, and what does a browser keep of it?"""

from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from instep.access.sessions import ABSOLUTE

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST_ADDRESS = 45
_NOWHERE = urlsplit("")


@dataclass(frozen=True, slots=True)
class Site:
    """The console's own names: those of this machine, and the one at which a proxy makes it reachable, if any.

    `public_url` is the setting `console_url`: scheme, host and port, as administrators type it. `cookie` is what the
    name of the cookie begins with: administrators and people have one each, in the same browser.
    """

    public_url: str | None = None
    cookie: str = "instep"

    @property
    def for_people(self) -> "Site":
        """The same site, with the cookie of those who come to My apps."""
        return replace(self, cookie="instep-my")

    def is_own(self, request: Request) -> bool:
        """Whether a request names this site; a foreign page could have its own name lead here, and read it."""
        named = _named(request).hostname
        return named is not None and named in (*_LOOPBACK, self._public_host)

    def is_own_origin(self, request: Request, origin: str) -> bool:
        """Whether a form was sent from a page of this site."""
        public = urlsplit(self.public_url or "")
        own = {f"{request.url.scheme}://{request.headers.get('host', '')}", f"{public.scheme}://{public.netloc}"}
        return origin in own

    def address(self, request: Request) -> str:
        """From which network address a request comes; as the proxy says it where it came by one."""
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if forwarded and self._is_public(request) and request.url.scheme == "http":  # else it came directly, by HTTPS
            return forwarded[:_LONGEST_ADDRESS]
        return request.client.host if request.client else ""

    def cookie_of(self, request: Request) -> str:
        """What the browser holds; empty when it holds nothing."""
        return request.cookies.get(self._cookie_name(request), "")

    def keep_cookie(self, request: Request, response: Response, secret: str) -> None:
        """Let the browser hold another secret: whoever knew the one before signing in knows nothing."""
        response.set_cookie(
            self._cookie_name(request),
            secret,
            max_age=int(ABSOLUTE.total_seconds()),
            secure=self._is_secure(request),
            httponly=True,
            samesite="lax",
        )

    def drop_cookie(self, request: Request, response: Response) -> None:
        """Let the browser forget what it holds."""
        response.delete_cookie(
            self._cookie_name(request), secure=self._is_secure(request), httponly=True, samesite="lax"
        )

    def published_url(self, request: Request) -> str:
        """Scheme, host and port under which others are told to find the site: the public ones, where there are some."""
        parts = urlsplit(self.public_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else self.own_url(request)

    def own_url(self, request: Request) -> str:
        """Scheme, host and port under which this browser sees the site."""
        if self._is_public(request) and self.public_url is not None:
            parts = urlsplit(self.public_url)
            return f"{parts.scheme}://{parts.netloc}"
        return f"{request.url.scheme}://{_named(request).netloc}"

    @property
    def _public_host(self) -> str | None:
        return urlsplit(self.public_url).hostname if self.public_url else None

    def _is_public(self, request: Request) -> bool:
        return self._public_host is not None and _named(request).hostname == self._public_host

    def _is_secure(self, request: Request) -> bool:
        is_behind_https = self._is_public(request) and urlsplit(self.public_url or "").scheme == "https"
        return is_behind_https or request.url.scheme == "https"

    def _cookie_name(self, request: Request) -> str:
        """Cookies are shared by all ports of a host: so it names the port, where it is no name of its own."""
        if self._is_secure(request):
            return f"__Host-{self.cookie}"
        return f"{self.cookie}-{_named(request).port or 80}"


def _named(request: Request) -> SplitResult:
    """What the browser says where it goes; `request.url` makes something up where that is no name of a host."""
    try:
        parts = urlsplit(f"//{request.headers.get('host', '')}")
        return parts if parts.port != 0 and "@" not in parts.netloc else _NOWHERE
    except ValueError:
        return _NOWHERE
