"""An OpenID Connect provider on a port of this machine, which tests can make lie."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "portal", "himitsu-no-kagi-himitsu-no-kagi-himitsu"
KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


class FakeProvider:
    """Knows one person, ``claims``. What a test changes before a sign-in is what the provider then tells."""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.claims = {"sub": "gbiz-1", "email": "hanako@example.com", "email_verified": True}
        self.claims_of_token = {}
        self.user_info = {}
        self.config = {}
        self.key, self.kid, self.algorithm = KEYS[0], "one", "RS256"
        self.answer_of_token = None
        self.asked = {}
        self.broken = set()  # paths that answer 500
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, asked):
        """The person agrees on the provider's page; returns the code."""
        self.asked = asked
        return "code-1"

    def answer(self, path, data):
        answers = {
            "/.well-known/openid-configuration": self._config,
            "/jwks": self._keys,
            "/token": lambda: self._token(data),
            "/userinfo": lambda: {**self.claims, **self.user_info},
        }
        return answers[path]()

    def _config(self):
        endpoints = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        addresses = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in endpoints.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **addresses, **self.config}

    def _keys(self):
        key = RSAAlgorithm.to_jwk(KEYS[0].public_key(), as_dict=True)
        return {"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def _token(self, data):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(data["code_verifier"].encode()).digest()).rstrip(b"=")
        assert data["client_id"] == CLIENT_ID
        assert data["client_secret"] == CLIENT_SECRET
        assert data["code"] == "code-1"
        assert data["redirect_uri"] == self.asked["redirect_uri"]
        assert challenge.decode() == self.asked["code_challenge"]
        if self.answer_of_token is not None:
            return self.answer_of_token
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": self._id_token()}

    def _id_token(self):
        now = int(time.time())
        claims = {
            **self.claims,
            **{"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": self.asked["nonce"]},
            **self.claims_of_token,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": self.kid})


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer({})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: texts[0] for name, texts in parse_qs(body).items()})

        def _answer(self, data):
            status, body = 200, b""
            try:
                if self.path in provider.broken:
                    raise ValueError
                answer = provider.answer(self.path, data)
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            except (ValueError, KeyError, AssertionError):
                status = 500
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    return Handler
