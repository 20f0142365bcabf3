// Joins the buttons for passkeys to django-allauth's script, and tells failures in the page.
"use strict";

const KINDS = { login: "loginForm", add: "addForm", authenticate: "authenticateForm" };

document.querySelectorAll("[data-passkey]").forEach((button) => {
  const ids = { [button.dataset.passkey]: button.id, credential: button.dataset.credential };
  if (button.dataset.passwordless) ids.passwordless = button.dataset.passwordless;
  if (document.getElementById("js_data")) ids.data = "js_data";
  window.allauth.webauthn.forms[KINDS[button.dataset.passkey]]({ ids });
});

document.addEventListener("allauth.error", (event) => {
  document.getElementById("passkey-error").hidden = false;
  event.preventDefault();
});
