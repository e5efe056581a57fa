"""An OpenID Connect provider on this machine: whoever comes is logged in as the one whom the test has named."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT, SECRET = "finder-client", "pl4nted-Client+Secret/42"


@dataclass
class Provider:
    """Who logs in next, and what the provider was asked.

    Attributes:
        user: claims of the next identity token, besides those that every token has.
        secrets: client secrets that came with a code.
    """

    url: str
    user: dict[str, Any] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    nonce: str = ""

    @property
    def discovery(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"


@contextmanager
def providing() -> Iterator[Provider]:
    key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig"})
    with HTTPServer() as server:
        own = Provider(server.url_for("").rstrip("/"))

        def answer(said: dict[str, Any]) -> Response:
            return Response(json.dumps(said), content_type="application/json")

        def authorize(request: Request) -> Response:
            own.nonce = request.args["nonce"]
            back = urlencode({"code": "a-code", "state": request.args["state"]})
            return Response(status=302, headers={"Location": f"{request.args['redirect_uri']}?{back}"})

        def token(request: Request) -> Response:
            given = parse_qs(request.get_data(as_text=True))
            own.secrets += [request.authorization.password or ""] if request.authorization else given["client_secret"]
            now = int(time.time())
            always = {"iss": own.url, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 600, "nonce": own.nonce}
            signed = jwt.encode({"alg": "RS256", "kid": "test"}, {**always, **own.user}, key)
            return answer({"access_token": "t", "token_type": "Bearer", "expires_in": 600, "id_token": signed})

        discovery = {
            "issuer": own.url,
            "authorization_endpoint": f"{own.url}/authorize",
            "token_endpoint": f"{own.url}/token",
            "jwks_uri": f"{own.url}/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
        }
        server.expect_request("/.well-known/openid-configuration").respond_with_json(discovery)
        server.expect_request("/jwks").respond_with_json({"keys": [key.as_dict(private=False)]})
        server.expect_request("/authorize").respond_with_handler(authorize)
        server.expect_request("/token").respond_with_handler(token)
        yield own
