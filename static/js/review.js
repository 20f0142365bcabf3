// Puts a canned reason into its text without loading the page again.
"use strict";

document.querySelector("[data-insert]")?.addEventListener("click", (event) => {
  const { elements } = event.target.form;
  const text = elements.canned.selectedOptions[0]?.dataset.text;
  const target = elements[elements.insert_into ? elements.insert_into.value : "note"];
  if (!text || !target) return;
  event.preventDefault();
  target.value = [target.value.trimEnd(), text].filter(Boolean).join("\n");
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  document.querySelector("[data-inserted]").textContent = "文章を入れました。";
  target.focus();
});
