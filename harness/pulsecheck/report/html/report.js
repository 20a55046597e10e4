"use strict";
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// --- diagrams: packed in the page, drawn when looked at ---

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

async function draw(scene) {
  const number = scene.dataset.diagram;
  if (!number) return;
  delete scene.dataset.diagram;
  const drawings = JSON.parse(await unpack(scene.closest(".requirement").dataset.diagrams));
  const place = scene.querySelector(".drawing");
  place.innerHTML = drawings[number];
  place.hidden = false;
}

document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches(".scene")) draw(target);
}, true);

// --- an address leads to what it names, however deep it is folded ---

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
    for (const part of requirements) {
      const page = chosen.get("page");
      let fits = allows(chosen.getAll("status"), part.dataset.status)
        && allows(chosen.getAll("level"), part.dataset.level)
        && (!page || part.parentElement.dataset.page === page);
      if (fits) {
        const whole = textOf(part.firstElementChild).includes(text);
        let some = whole;
        for (const scene of all(".scene", part)) {
          const found = whole || textOf(scene).includes(text);
          scene.hidden = !found;
          some ||= found;
        }
        fits = some;
      }
      part.hidden = !fits;
      shown += fits;
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
