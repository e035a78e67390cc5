// The browser knows the time zone, and the workspace's word follows its name until somebody writes another one.
const form = document.querySelector("[data-welcome]");
const zone = form.elements.time_zone;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone.value === "UTC" && [...zone.options].some((option) => option.value === here)) zone.value = here;

const { workspace, slug } = form.elements;
const word = (name) => name.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "");
let own = slug.value !== "" && slug.value !== word(workspace.value);
slug.addEventListener("input", () => { own = slug.value !== ""; });
workspace.addEventListener("input", () => { if (!own) slug.value = word(workspace.value); });
