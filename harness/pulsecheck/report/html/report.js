"use strict";
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// --- diagrams: the page contains them compressed; each is unpacked when its scenario opens ---

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

async function showDiagram(scenario) {
  const number = scenario.dataset.diagram;
  if (!number) return;
  delete scenario.dataset.diagram;
  const diagrams = JSON.parse(await unpack(scenario.closest(".requirement").dataset.diagrams));
  const frame = scenario.querySelector(".diagram-frame");
  frame.innerHTML = diagrams[number];
  frame.hidden = false;
}

document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches(".scenario")) showDiagram(target);
}, true);

// --- an address with an id opens all parts that contain the element with that id ---

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// --- filters ---

const filters = document.getElementById("filters");
if (filters) {
  const requirements = all(".requirement");
  const texts = new Map();
  const textOf = (part) => {
    if (!texts.has(part)) texts.set(part, part.textContent.toLowerCase());
    return texts.get(part);
  };
  const allows = (chosen, value) => chosen.length === 0 || chosen.includes(value);

  function filter() {
    const chosen = new FormData(filters);
    const text = chosen.get("text").trim().toLowerCase();
    let shown = 0;
    for (const requirement of requirements) {
      const page = chosen.get("page");
      let matches = allows(chosen.getAll("status"), requirement.dataset.status)
        && allows(chosen.getAll("level"), requirement.dataset.level)
        && (!page || requirement.parentElement.dataset.page === page);
      if (matches) {
        const inSummary = textOf(requirement.firstElementChild).includes(text);
        let hasText = inSummary;
        for (const scenario of all(".scenario", requirement)) {
          const found = inSummary || textOf(scenario).includes(text);
          scenario.hidden = !found;
          hasText ||= found;
        }
        matches = hasText;
      }
      requirement.hidden = !matches;
      shown += matches;
    }
    for (const page of all(".page")) page.hidden = !page.querySelector(".requirement:not([hidden])");
    document.getElementById("found").value = `${shown} of ${requirements.length} requirements`;
  }

  filters.addEventListener("input", filter);
  filters.addEventListener("reset", () => setTimeout(filter));
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.hidden = false;
  filter();
}
