// Enhancements only: every page works without this file.
"use strict";

// After a refused form the reader starts at the list of what to correct.
document.getElementById("error-summary")?.focus();

document.querySelectorAll("[data-region-picker]").forEach((picker, number) => {
  const selects = [...picker.querySelectorAll("select")];
  const chosen = make("input", { type: "hidden", name: "region", disabled: "" });
  const input = make("input", {
    type: "text", id: `region-text-${number}`, role: "combobox", autocomplete: "off", placeholder: "例：せたがや",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `region-list-${number}`,
  });
  const label = make("label", { class: "label", for: input.id });
  label.textContent = "市区町村名を入れて選ぶ";
  const list = make("ul", { class: "combobox__list", role: "listbox", id: `region-list-${number}`, "aria-label": "地域の候補", hidden: "" });
  const status = make("p", { class: "visually-hidden", role: "status" });
  const control = make("div", { class: "combobox field__control" });
  const field = make("div", { class: "field" });
  control.append(input, list);
  field.append(label, control, chosen, status);
  picker.append(field);

  let options = [];
  let active = -1;
  let timer = 0;
  let asked = "";

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  // What is chosen by name replaces the select boxes; without a choice they count again.
  const choose = (region) => {
    chosen.disabled = !region;
    chosen.value = region ? region.code : "";
    selects.forEach((select) => { select.disabled = Boolean(region); });
    if (region) {
      input.value = region.label;
      status.textContent = `${region.label}を選びました。`;
    }
    close();
  };

  const show = (regions) => {
    active = -1;
    options = regions.map((region, index) => {
      const option = make("li", { class: "combobox__option", role: "option", id: `${list.id}-${index}`, "aria-selected": "false" });
      const kana = make("span", { class: "combobox__kana" });
      kana.textContent = region.kana;
      option.append(region.label, kana);
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(region));
      return { region, option };
    });
    list.replaceChildren(...options.map(({ option }) => option));
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(options.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = options.length ? `${options.length}件の候補があります。` : "候補がありません。";
  };

  const suggest = async () => {
    const text = input.value.trim();
    asked = text;
    if (!text) return close();
    try {
      const answer = await fetch(`${picker.dataset.regionPicker}?q=${encodeURIComponent(text)}`);
      if (answer.ok && asked === text) show((await answer.json()).regions);
    } catch {
      close(); // Offline: the select boxes still work.
    }
  };

  const move = (step) => {
    if (list.hidden || !options.length) return suggest();
    active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach(({ option }, index) => option.setAttribute("aria-selected", String(index === active)));
    options[active].option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].option.id);
  };

  input.addEventListener("input", (event) => {
    if (!chosen.disabled) choose(null);
    clearTimeout(timer);
    if (!event.isComposing || input.value) timer = setTimeout(suggest, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options[active].region);
    } else if (event.key === "Escape") {
      if (list.hidden) {
        input.value = "";
        choose(null);
      }
      close();
    }
  });
  input.addEventListener("blur", close);
});

function make(name, attributes) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
