// Tells in the page what the passkey script would only tell the console.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const note = document.getElementById("passkey-error");
  if (note) note.hidden = false;
  event.preventDefault();
});
