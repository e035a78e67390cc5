// How long the network finds a text: the same rules as `channels.counting`, which has the last word.

const BLANK = "\\x00-\\x20\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
const LINK = new RegExp(`https?://[^${BLANK}<>()\\[\\]{}"“”„‘’«»]*[^${BLANK}<>()\\[\\]{}"“”„‘’«».,;:!?…']`, "gu");
const MENTION = /(?<![=/A-Za-z0-9_])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)@[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*(?::[0-9]+)?/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function addressed(text, handle) {
  if (!handle || new RegExp(`@${handle.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w@])`, "i").test(text)) return text;
  return `@${handle} ${text}`;
}

// rules: unit, links ("" or a number), bare ("yes": hosts of people do not count), addressee: as the page's data.
function length(text, rules) {
  let counted = addressed(text, rules.addressee);
  if (rules.bare === "yes") counted = counted.replace(MENTION, "@$1");
  if (rules.links) counted = counted.replace(LINK, "x".repeat(Number(rules.links)));
  if (rules.unit === "bytes") return new TextEncoder().encode(counted).length;
  return rules.unit === "graphemes" ? [...graphemes.segment(counted)].length : [...counted].length;
}

window.crossdesk = { ...window.crossdesk, length };
