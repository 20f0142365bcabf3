// Enhancements of long forms only: every page works without this file.
"use strict";

// The address of a postal code, without opening the page anew.
document.querySelectorAll("[data-address-help]").forEach((part) => {
  const button = part.querySelector("[name=_address]");
  const code = part.querySelector("[name=postal_code]");
  const address = part.querySelector("[name=address]");
  const status = part.querySelector("[role=status]");

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ postal_code: code.value, address: address.value });
    try {
      const answer = await fetch(`${part.dataset.addressHelp}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const found = await answer.json();
      if (found.address !== address.value) {
        address.value = found.address;
        address.dispatchEvent(new Event("input", { bubbles: true })); // for the working copy
        address.focus();
      }
      status.textContent = found.sentence;
    } catch {
      button.form.requestSubmit(button); // as without this file: the click is not listened to a second time
    }
  });
});
