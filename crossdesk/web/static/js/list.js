// The list of conversations: news never move what one reads, its place is kept, and back and forward stay in it.

const rows = document.getElementById("rows");

if (rows) {
  const inbox = document.querySelector("[data-inbox]");
  const pill = document.getElementById("rows-new");
  const lines = (place) => [...place.querySelectorAll("[data-line]")];
  const own = new Set(); // what the reader changed may come and go at once
  let bring = false;
  let wanted = 0;

  const say = (count) => {
    pill.hidden = !count;
    if (count) pill.querySelector("span").textContent = (count === 1 ? pill.dataset.one : pill.dataset.many).replace("{}", count);
  };

  // A refreshed list has all rows that were loaded, and room for new ones before them.
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement === rows) ctx.request.body.set("rows", String(Math.max(wanted, lines(rows).length + 30)));
  });

  // Of what comes, only what stands already is redrawn, in the order in which it stands; the rest is counted.
  // Where there is more to show, what comes after the last line is no news: it is loaded when one gets there.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const task = tasks?.find((one) => one.fragment && one.type !== "partial");
    if (ctx.sourceElement !== rows || !task) return;
    const here = lines(rows).map((line) => line.id);
    if (bring || !here.length) {
      bring = false;
      own.clear();
      say(0);
      return;
    }
    const fresh = new Map(lines(task.fragment).map((line) => [line.id, line]));
    const order = here.filter((id) => fresh.has(id));
    const more = rows.querySelector("#rows-more")?.cloneNode(true);
    const come = [...fresh.keys()];
    let held = 0;
    let before = "";
    for (const id of more ? come.slice(0, come.findLastIndex((one) => here.includes(one)) + 1) : come) {
      if (!here.includes(id) && own.has(id)) order.splice(order.indexOf(before) + 1, 0, id);
      else if (!here.includes(id)) { held += 1; continue; }
      before = id;
    }
    own.clear();
    if (order.length || !fresh.size) {
      if (fresh.size) task.fragment.replaceChildren(...order.map((id) => fresh.get(id)), ...(more ? [more] : []));
      say(held);
    } else say(0);
  });
  document.body.addEventListener("inbox-changed", (event) => {
    for (const id of event.detail?.ids ?? []) own.add(`line-${id}`);
  });
  pill.addEventListener("click", () => {
    const had = new Set(lines(rows).map((line) => line.id));
    bring = true;
    rows.addEventListener("htmx:after:swap", () => {
      rows.scrollTop = 0;
      const come = lines(rows).filter((line) => !had.has(line.id));
      for (const line of come) line.dataset.come = "yes";
      come[0]?.querySelector(".row-card").focus({ preventScroll: true });
      come[0]?.scrollIntoView({ block: "nearest" });
    }, { once: true });
    window.htmx.trigger(rows, "live");
  });

  // --- the place in the list: back from another page, or drawn again, it is where it was
  const shelf = `crossdesk:list:${inbox.dataset.base}${location.search}`;
  addEventListener("pagehide", () => {
    sessionStorage.setItem(shelf, JSON.stringify({ top: rows.scrollTop, rows: lines(rows).length }));
  });
  const kept = JSON.parse(sessionStorage.getItem(shelf) ?? "null");
  if (kept?.top && ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type)) {
    const put = () => { rows.scrollTop = kept.top; };
    if (kept.rows > lines(rows).length) {
      addEventListener("load", () => {
        bring = true;
        wanted = kept.rows;
        rows.addEventListener("htmx:after:swap", () => { wanted = 0; put(); }, { once: true });
        window.htmx.trigger(rows, "live");
      }, { once: true });
    } else put();
  } else rows.querySelector(".row-card[aria-current]")?.scrollIntoView({ block: "nearest" });

  // A filter is kept with what its form asks for at that moment.
  document.addEventListener("formdata", (event) => {
    const asks = event.target.dataset?.takes && document.getElementById(event.target.dataset.takes);
    if (asks) for (const [name, value] of new FormData(asks)) event.formData.set(name, value);
  });

  // --- back and forward change what is open; the list stays as it is
  document.addEventListener("htmx:before:history:restore", (event) => {
    event.preventDefault();
    const { path } = event.detail;
    const id = new URL(path, location.origin).pathname.match(/\/(\d+)$/)?.[1];
    inbox.dataset.view = id ? "conversation" : "list";
    window.htmx.ajax("GET", path, { target: "#conversation", swap: "innerHTML" });
    const row = document.getElementById(`row-${id}`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus({ preventScroll: true });
  });
}
