// The keyboard, drafts that survive a reload, and reasons that are read aloud. Everything works without it, by mouse and form.
"use strict";
(() => {
  const isTyping = (target) => target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const nameOf = (event) => {
    const key = event.key === " " ? "space" : event.key.toLowerCase();
    return (event.ctrlKey || event.metaKey ? "mod+" : "") + (event.altKey ? "alt+" : "") + key;
  };
  const isSeen = (element) => element.getClientRects().length > 0;
  const wordsOf = (element) => (element.closest("label") || element).textContent.replace(/\s+/g, " ").trim() || element.title;

  function press(element) {
    if (element.getAttribute("aria-disabled") === "true") return element.focus();
    if (element.matches("input, textarea, select")) {
      element.focus();
      if (element.type === "radio" || element.type === "checkbox") element.click();
      return undefined;
    }
    return element.click();
  }

  function move(step) {
    const rows = [...document.querySelectorAll("[data-rows] [data-row]")].filter(isSeen);
    if (!rows.length) return false;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
    (next.querySelector("a, button") || next).focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const typing = isTyping(event.target);
    if (typing && !name.startsWith("mod+") && name !== "escape") return;
    if (name === "mod+enter") {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(); return; }
    }
    if (name === "?") { showKeys(); event.preventDefault(); return; }
    if ((name === "j" || name === "k") && move(name === "j" ? 1 : -1)) { event.preventDefault(); return; }
    if (name === "enter" && event.target !== document.body && event.target.id !== "main") return;
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find(isSeen);
    if (found) { event.preventDefault(); press(found); }
  });

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (!dialog) return;
    const list = dialog.querySelector("[data-keys]");
    list.replaceChildren();
    const seen = new Set();
    for (const element of [...document.querySelectorAll("[data-key]")].filter(isSeen)) {
      const key = element.dataset.key;
      if (seen.has(key)) continue;
      seen.add(key);
      const dt = document.createElement("dt"), kbd = document.createElement("kbd"), dd = document.createElement("dd");
      kbd.textContent = key.replace("mod+", "Ctrl ");
      dt.append(kbd);
      const copy = (element.closest("label") || element).cloneNode(true);
      copy.querySelectorAll("kbd").forEach((each) => each.remove());
      dd.textContent = copy.textContent.replace(/\s+/g, " ").trim() || element.getAttribute("aria-label") || element.title;
      list.append(dt, dd);
    }
    dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) showKeys();
    if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
    for (const open of document.querySelectorAll("details.who[open]")) if (!open.contains(event.target)) open.open = false;
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    event.target.closest("[data-closes]")?.closest("dialog")?.close();
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });

  // Drafts: of forms that say so, for this tab only, until the form was taken.
  const keyOf = (form) => `draft:${form.dataset.draft}`;
  function keep(form) {
    const kept = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    sessionStorage.setItem(keyOf(form), JSON.stringify(kept));
  }
  function restore(root) {
    for (const form of root.querySelectorAll("form[data-draft]")) {
      let kept;
      try { kept = JSON.parse(sessionStorage.getItem(keyOf(form)) || "[]"); } catch { kept = []; }
      for (const [name, value] of kept) {
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "hidden") continue;
          if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
          else if (!field.value) field.value = value;
        }
      }
    }
  }
  document.addEventListener("input", (event) => { const form = event.target.closest("form[data-draft]"); if (form) keep(form); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form && event.detail.successful) sessionStorage.removeItem(keyOf(form));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form[data-draft]") && !form.matches("[hx-post]")) sessionStorage.removeItem(keyOf(form));
  });
  document.addEventListener("htmx:afterSwap", (event) => restore(event.target));
  restore(document);

  // Parts of a form that belong to a choice: shown when it is chosen.
  function unfold(root) {
    for (const part of root.querySelectorAll("[data-when]")) {
      const [name, ...values] = part.dataset.when.split(/[=,]/);
      const form = part.closest("form");
      const chosen = form && new FormData(form).get(name);
      part.hidden = !values.includes(chosen);
      for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
    }
  }
  document.addEventListener("change", () => unfold(document));
  document.addEventListener("htmx:afterSwap", () => unfold(document));
  unfold(document);
})();
