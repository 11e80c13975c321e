// A decision table in the visual editor: opened from its file or from what could not be saved, and sent back by an ordinary form.
"use strict";
(() => {
  const place = document.getElementById("modeller");
  const form = document.getElementById("modeller-form");
  if (!place || !form || !window.DmnJS) return;
  const editor = new window.DmnJS({ container: place, keyboard: { bindTo: document } });
  const told = document.getElementById("modeller-told");

  async function open() {
    const kept = form.elements.text.value;
    const text = kept || (await (await fetch(place.dataset.text, { credentials: "same-origin" })).text());
    await editor.importXML(text);
    const view = editor.getViews().find((each) => each.type === "decisionTable");
    if (view) await editor.open(view);
    place.dataset.state = "open";
  }

  form.addEventListener("submit", async (event) => {
    if (form.dataset.ready) return;
    event.preventDefault();
    const { xml } = await editor.saveXML({ format: true });
    form.elements.text.value = xml;
    form.dataset.ready = "yes";
    form.requestSubmit();
  });

  open().catch((problem) => {
    place.dataset.state = "failed";
    told.hidden = false;
    told.append(` ${problem.message}`);
  });
})();
