// The command palette: everything on this page that has a name, everywhere one can go, people and conversations.

// It comes when it is first called; `ui` has opened its dialog by then, so that nothing typed goes astray.

const dialog = document.getElementById("palette");
export let open;

{
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const told = dialog.querySelector("[role=status]");
  const sprite = document.querySelector("svg use")?.getAttribute("href").split("#")[0];
  let all = [];
  let shown = [];
  let found = [];
  let at = 0;
  let timer = 0;
  let asked = 0;
  let back = null;

  const seen = (element) => element.getClientRects().length > 0;
  const words = (element) => (element.getAttribute("aria-label") || element.querySelector(".clip, span:not(.only-spoken, .count, .queue-late)")?.textContent || element.textContent).replace(/\s+/g, " ").trim();
  const sign = (element) => element.querySelector("use")?.getAttribute("href").split("#")[1] ?? "right";

  // What the page offers now: its keys, the choices of its menus, its places, the reader's own menu.
  function gather() {
    const made = [];
    const add = (group, label, icon, run, key = "", inner = false) => { if (label && !made.some((one) => one.label === label && one.group === group)) made.push({ group, label, icon, run, key, inner }); };
    const here = dialog.dataset.here;
    const many = document.querySelector("[data-many]:not([hidden])");
    for (const element of document.querySelectorAll("[data-key]:not([data-key^='g '], [data-opens], [data-toast] *)")) {
      if (!seen(element) || (many && element.closest(".conversation-head"))) continue;
      const label = element.matches("input") ? element.getAttribute("aria-label") : words(element);
      add(here, label, sign(element), () => press(element), element.dataset.key);
      const menu = element.matches("summary") && element.parentElement;
      for (const item of menu ? menu.querySelectorAll("button.menu-item") : []) {
        const asks = item.form?.querySelector("input:required");
        add(here, `${label}: ${words(item)}`, sign(item.querySelector("use") ? item : element), asks ? () => press(element) : () => item.click(), "", true);
      }
    }
    for (const link of document.querySelectorAll(".rail-link, .queue, .tab")) add(dialog.dataset.go, words(link), sign(link), () => link.click(), link.dataset.key ?? "");
    for (const item of document.querySelectorAll(".rail .menu-panel .menu-item, .rail [data-opens=keys]")) add(dialog.dataset.you, words(item), sign(item), () => item.click(), item.dataset.key ?? "");
    return made;
  }
  function press(element) {
    if (element.matches("input, textarea")) element.focus();
    else if (element.matches("summary")) {
      element.parentElement.dataset.byKey = "yes";
      element.parentElement.open = true;
    } else element.click();
  }

  // Signs in their order, better at the beginnings of words and in one piece. Null: it does not fit.
  function fit(label, query) {
    const text = label.toLowerCase();
    const whole = text.indexOf(query);
    if (whole >= 0) return { score: 100 - whole + (whole === 0 || /\W/.test(text[whole - 1]) ? 50 : 0) - text.length / 50, marks: [...query].map((_, i) => whole + i) };
    // For each letter the best way to have it at each place: begun words count most, then letters side by side.
    const letters = [...query.replaceAll(" ", "")];
    const ways = [];
    letters.forEach((letter, i) => {
      const before = ways[i - 1];
      let best = i ? null : { score: 0, marks: [] };
      ways.push([...text].map((sign, place) => {
        const beside = before?.[place - 1];
        const far = best;
        if (before?.[place] && (!best || before[place].score > best.score)) best = before[place];
        if (sign !== letter) return null;
        const begins = place === 0 || /\W/.test(text[place - 1]);
        const from = beside && (!far || beside.score + 4 >= far.score) ? beside : far;
        return from && { score: from.score + (begins ? 8 : from === beside ? 4 : -1), marks: [...from.marks, place] };
      }));
    });
    const best = ways.at(-1)?.reduce((a, b) => (b && (!a || b.score > a.score) ? b : a), null);
    return best && best.score >= letters.length * 2 ? best : null;
  }

  function draw() {
    const query = input.value.trim().toLowerCase();
    shown = query
      ? all.map((one) => ({ ...one, ...fit(one.label, query) })).filter((one) => one.marks).sort((a, b) => b.score - a.score).slice(0, 12)
      : all.filter((one) => !one.inner);
    shown = [...shown, ...found];
    at = Math.min(at, Math.max(shown.length - 1, 0));
    let group = "";
    list.replaceChildren(...shown.flatMap((one, place) => {
      const made = [];
      if (one.group !== group && (!query || one.address)) {
        const head = document.createElement("li");
        head.className = "palette-group";
        head.setAttribute("role", "presentation");
        head.textContent = one.group;
        made.push(head);
      }
      group = one.group;
      made.push(option(one, place, query));
      return made;
    }));
    if (!shown.length) {
      const none = document.createElement("li");
      none.className = "palette-group";
      none.setAttribute("role", "presentation");
      none.textContent = dialog.dataset.none;
      list.append(none);
    }
    told.textContent = told.dataset.count.replace("{}", shown.length);
    point(at);
  }
  function option(one, place, query) {
    const row = document.createElement("li");
    row.className = "palette-option";
    row.id = `palette-${place}`;
    row.setAttribute("role", "option");
    row.dataset.place = place;
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", "icon");
    icon.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${one.icon}`);
    icon.append(use);
    const label = document.createElement("span");
    [...one.label].forEach((letter, i) => {
      if (query && one.marks?.includes(i)) {
        const mark = document.createElement("mark");
        mark.textContent = letter;
        label.append(mark);
      } else label.append(letter);
    });
    label.normalize();
    row.append(icon, label);
    if (one.note || (query && one.group !== dialog.dataset.here)) {
      const note = document.createElement("small");
      note.textContent = one.note ?? one.group;
      row.append(note);
    }
    if (one.key) {
      const key = document.createElement("kbd");
      key.setAttribute("aria-hidden", "true");
      key.textContent = one.key;
      row.append(key);
    }
    return row;
  }
  function point(place) {
    at = place;
    for (const row of list.querySelectorAll("[role=option]")) row.setAttribute("aria-selected", String(Number(row.dataset.place) === at));
    const row = document.getElementById(`palette-${at}`);
    row?.scrollIntoView({ block: "nearest" });
    if (row) input.setAttribute("aria-activedescendant", row.id);
    else input.removeAttribute("aria-activedescendant");
  }
  function run(one) {
    if (!one) return;
    dialog.close();
    if (one.address) location.assign(one.address);
    else one.run();
  }
  async function look() {
    const query = input.value.trim();
    const number = ++asked;
    let come = [];
    if (query.length > 1) {
      const answer = await fetch(`${dialog.dataset.palette}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (answer?.ok) come = (await answer.json()).found;
    }
    if (number !== asked || !dialog.open) return;
    found = come;
    draw();
  }

  open = (from) => {
    back = from;
    all = gather();
    found = [];
    at = 0;
    draw();
    if (input.value) look();
  };
  input.addEventListener("input", () => {
    at = 0;
    found = [];
    draw();
    clearTimeout(timer);
    timer = setTimeout(look, 140);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      const next = at + step;
      point(Math.abs(step) === 1 ? (next + shown.length) % shown.length : Math.min(Math.max(next, 0), shown.length - 1));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      run(shown[at]);
    }
  });
  list.addEventListener("pointermove", (event) => {
    const row = event.target.closest("[role=option]");
    if (row && Number(row.dataset.place) !== at) point(Number(row.dataset.place));
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) run(shown[Number(row.dataset.place)]);
  });
  dialog.addEventListener("close", () => {
    list.replaceChildren();
    if (document.activeElement === document.body) back?.focus?.({ preventScroll: true });
  });
}
