"use strict";
// What binds the controls of the page to its charts. Every control carries the name of the signal that it sets.
(() => {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const rows = (table) => {
    const names = Object.keys(table);
    return table[names[0]].map((_, at) => Object.fromEntries(names.map((name) => [name, table[name][at]])));
  };
  const series = rows(page.tables.series);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const state = { hidden: [] };

  // A text, its b_z, h_0, … as a letter with its index: in the page, in a chart, and beside the pointer.
  const SYMBOL = /(?<![A-Za-z0-9_])([d∂]?[bhLxzrcW])_([A-Za-z0-9]{1,2})(?![A-Za-z0-9_])/;
  const pieces = (text, index) => text.split(SYMBOL).map((part, at) => (at % 3 === 2 ? index(part) : part));
  const filled = (made, text, attributes = {}) => {
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const write = (place, text) =>
    place.replaceChildren(...pieces(text, (part) => filled(document.createElement("sub"), part)));
  const span = (text, attributes) => filled(document.createElementNS("http://www.w3.org/2000/svg", "tspan"), text, attributes);
  // Lower, and back: what comes behind an index stands where a line of text stands.
  const lowered = (part) => [span(part, { dy: "0.25em", "font-size": "78%" }), span("\u200b", { dy: "-0.195em" })];
  const writeChart = (place) => {
    for (const text of place.querySelectorAll("text")) {
      if (SYMBOL.test(text.textContent)) text.replaceChildren(...pieces(text.textContent, lowered).flat());
    }
  };
  const escaped = (value) => String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const told = (value) => pieces(escaped(value), (part) => `<sub>${part}</sub>`).join("");
  const views = [];

  // A control gives a position, one of two words, or yes and no.
  const valueOf = (control) => {
    if (control.type === "range") return Number(control.value);
    return control.type === "checkbox" ? control.checked : control.value === "true";
  };
  const controls = all("[data-signal]");
  for (const control of controls) {
    if (control.type !== "radio" || control.checked) state[control.dataset.signal] = valueOf(control);
  }

  // The series of a network at which all sliders stand; none where the sweep leaves the combination out.
  const selected = (network) =>
    series.find(
      (one) => one.label === network && page.sliders.every((_, at) => one[`a${at}`] < 0 || one[`a${at}`] === state[`axis_${at}`])
    );

  const tell = () => {
    const words = [];
    for (const button of all("button.network")) {
      const network = Number(button.dataset.network);
      const one = selected(network);
      const name = one ? one.name : `${page.networks[network]}: not in this study`;
      for (const place of all(`[data-name="${network}"]`)) write(place, name);
      for (const place of all(`[data-facts="${network}"]`)) place.textContent = one ? one.facts : "";
      if (one && one.rate_text) words.push(`${name}: ${one.rate_text}`);
    }
    return words.join("; ");
  };

  const move = (name, value) => {
    state[name] = value;
    const moved = views.filter((one) => one.signals.has(name));
    return Promise.all(moved.map((one) => one.view.signal(name, value).runAsync().then(() => writeChart(one.ground))));
  };

  const slide = (control) => {
    const words = page.sliders[Number(control.dataset.axis)];
    const word = words[Number(control.value)];
    control.setAttribute("aria-valuetext", word);
    control.parentElement.querySelector("output").textContent = word;
  };

  for (const control of controls) {
    control.addEventListener("input", () => {
      if (control.type === "radio" && !control.checked) return;
      if (control.dataset.axis !== undefined) slide(control);
      move(control.dataset.signal, valueOf(control));
      if (control.dataset.axis !== undefined) document.getElementById("status").textContent = tell();
    });
  }
  for (const button of all("button.network")) {
    button.addEventListener("click", () => {
      const network = Number(button.dataset.network);
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      move("hidden", shown ? state.hidden.filter((one) => one !== network) : [...state.hidden, network]);
    });
  }

  // Each view gets objects of its own: a view writes what it computes into them.
  const specification = (place) => {
    const spec = structuredClone(page.charts[place.dataset.chart]);
    for (const data of spec.data) {
      if (data.name in page.tables) data.values = rows(page.tables[data.name]);
    }
    const start = { ...state };
    if (place.dataset.network !== undefined) start.network = Number(place.dataset.network);
    for (const signal of spec.signals) {
      if (signal.name in start) signal.value = start[signal.name];
    }
    return spec;
  };

  const draw = async (place) => {
    const spec = specification(place);
    const ground = document.createElement("div");
    place.append(ground);
    try {
      // What a slider leaves without a mark is no fault: faults alone are told.
      const options = { logLevel: 1, mode: "vega", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true, sanitize: told } };
      const { view } = await vegaEmbed(ground, spec, options);
      writeChart(ground);
      views.push({ view, ground, signals: new Set(spec.signals.map((one) => one.name)) });
      place.querySelector("img").remove();
    } catch (fault) {
      ground.remove(); // the picture stays
      console.error(fault);
    }
  };

  document.documentElement.classList.add("active");
  tell();
  Promise.all(all(".chart").map(draw)).then(() => {
    document.documentElement.dataset.drawn = String(views.length);
  });
})();
