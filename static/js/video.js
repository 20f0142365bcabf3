// Enhancements only: without this file, links lead to the videos.
"use strict";

// Nothing is asked of another site before somebody presses a button or a chapter.
document.querySelectorAll("[data-video]").forEach((part) => {
  const stage = part.querySelector("[data-stage]");
  const own = part.querySelector("video");

  const load = (address) => {
    const frame = document.createElement("iframe");
    frame.src = address;
    frame.title = part.dataset.title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.allowFullscreen = true;
    // YouTube shows nothing but an error to pages that do not say who they are.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    stage.replaceChildren(frame);
    frame.focus();
  };

  const seek = (seconds) => {
    own.currentTime = seconds;
    own.play().catch(() => {}); // Some browsers want one more press.
    own.focus();
  };

  const poster = stage?.querySelector("template");
  if (poster) poster.replaceWith(poster.content);

  part.addEventListener("click", (event) => {
    // A new tab or a download is what the link alone would do.
    const pressed = event.target.closest("[data-frame], [data-seconds]");
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (pressed.dataset.frame) load(pressed.dataset.frame);
    else seek(Number(pressed.dataset.seconds));
  });
});

// What is too large is told before it is sent.
document.querySelectorAll("[data-most-bytes]").forEach((input) => {
  const message = document.createElement("p");
  message.className = "field__error";
  message.setAttribute("role", "status");
  input.after(message);

  input.addEventListener("change", () => {
    const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
    message.textContent = isTooLarge ? `＊${input.dataset.tooLarge}` : "";
    if (isTooLarge) input.value = "";
  });
});
