"""Signing in by an OpenID Connect provider such as GビズID. django-allauth looks for it under this module's name.

What the package leaves to the connection's TLS is checked here: signature, issuer, audience and nonce of the
ID token, and that the user info speaks of the same person. Of what the provider tells, only its name for the
person and the mail address are used, and only the former is stored.
"""

from contextlib import contextmanager

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

# Signatures with a pair of keys only: the client secret must not be able to sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY_SECONDS = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def configured_app() -> SocialApp:
    """The one provider there is. It is named by its issuer, so that another one's people are not mistaken for its."""
    return SocialApp(
        provider=SignInProvider.id,
        provider_id=settings.OIDC_ISSUER,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_ISSUER.rstrip("/")},
    )


@contextmanager
def refusing_nonsense():
    """Whatever the provider answers that makes no sense is told as a failed sign-in, not as an error of ours."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, ImproperlyConfigured, jwt.PyJWTError) as error:
        raise OAuth2Error(f"The answer of the provider makes no sense ({type(error).__name__})") from error


def nonce_of(code_verifier: str) -> str:
    """The nonce of a sign-in; it follows from the secret that the session keeps anyway."""
    return salted_hmac("accounts.provider.nonce", code_verifier, algorithm="sha256").hexdigest()


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks with the provider and believes only what is signed."""

    expected_nonce = None

    def get_callback_url(self, request, app):
        return build_absolute_uri(request, reverse("socialaccount_callback"))

    @property
    def openid_config(self):
        with refusing_nonsense():
            config = super().openid_config
            scheme = settings.OIDC_ISSUER.partition("://")[0] + "://"
            if config["issuer"].rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
                raise OAuth2Error("The provider calls itself otherwise than OIDC_ISSUER")
            if not all(config[endpoint].startswith(scheme) for endpoint in ENDPOINTS):
                raise OAuth2Error("An endpoint of the provider is not encrypted")
            return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None):
        with refusing_nonsense():
            self.expected_nonce = nonce_of(pkce_code_verifier)
            return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def parse_token(self, data):
        with refusing_nonsense():
            return super().parse_token(data)

    def complete_login(self, request, app, token, **kwargs):
        with refusing_nonsense():
            claims = self._verified(kwargs["response"]["id_token"], app)
            has_more = "email" not in claims and self.openid_config.get("userinfo_endpoint")
            told = self._fetch_user_info(token.token) if has_more else claims
            if told["sub"] != claims["sub"]:
                raise OAuth2Error("The user info speaks of somebody else")
            data = {"sub": claims["sub"], "email": told.get("email"), "email_verified": told.get("email_verified")}
            return self.get_provider().sociallogin_from_response(request, data)

    def _verified(self, id_token, app):
        """The claims of the ID token; raises for a wrong signature, issuer, audience, time or nonce."""
        claims = jwt.decode(
            id_token,
            key=self._key_of(id_token),
            algorithms=ALGORITHMS,
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("The ID token was made for another client")
        if not constant_time_compare(claims["nonce"], self.expected_nonce):
            raise OAuth2Error("The ID token was made for another sign-in")
        return claims

    def _key_of(self, id_token):
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(response.json()).keys if key.public_key_use in (None, "sig")]
        kid = jwt.get_unverified_header(id_token).get("kid")
        if kid is None and len(keys) == 1:
            return keys[0]
        return {key.key_id: key for key in keys}[kid]


class SignInProvider(OpenIDConnectProvider):
    """Takes nothing from the address of the request, and asks for no more than the mail address."""

    oauth2_adapter_class = CheckedAdapter

    def get_login_url(self, request, **kwargs):
        return reverse("socialaccount_start")

    def get_callback_url(self):
        return reverse("socialaccount_callback")

    def get_default_scope(self):
        return ["openid", "email"]

    def get_pkce_params(self):
        params = generate_code_challenge()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def extract_email_addresses(self, data):
        verified = data["email_verified"] is True  # "false" would be true, too
        return [EmailAddress(email=data["email"], verified=verified, primary=True)] if data["email"] else []

    def extract_extra_data(self, data):
        return {}


provider_classes = [SignInProvider]
