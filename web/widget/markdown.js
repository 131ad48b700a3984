// Makes nodes of an answer's text: paragraphs, lists, links. Never HTML: whatever isn't one of these stays text.
// The same markup as bot/content/markup.py reads; tests/support/markup.json holds both to the same examples.

const LINK = /(\[[^[\]]+\]\((?:https:\/\/|tel:|sms:)(?:[^()\s]|\([^()\s]*\))+\))/;
const LIST_LINE = /^\s*(?:-|(\d{1,9})\.)\s+/;

/** Makes an element; functions among the attributes listen to the event of their name. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Returns a text's paragraphs and lists; addresses are read from `base` on. */
function blocks(text, base) {
  const made = [];
  let list = null;
  let open = null;
  for (const line of text.split("\n")) {
    let mark = line.match(LIST_LINE);
    if (mark?.[1] > 1 && open && !list) mark = null; // A year at the start of a line makes no list of a paragraph.
    if (!line.trim()) {
      open = null;
      continue;
    }
    if (mark) {
      const kind = mark[1] ? "OL" : "UL";
      if (list?.tagName !== kind) made.push((list = make(kind, mark[1] > 1 ? { start: mark[1] } : {})));
      list.append((open = make("li")));
    } else if (open) {
      open.append("\n");
    } else {
      list = null;
      made.push((open = make("p")));
    }
    open.append(...inline(line.slice(mark?.[0].length ?? 0).trim(), base));
  }
  return made;
}

function inline(text, base) {
  return text.split(LINK).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const [, title, address] = piece.match(/^\[([^\]]+)\]\((.*)\)$/);
    return link(title, address, base) ?? piece;
  });
}

/** Returns a link, or null for an address that nobody should follow, like `javascript:`. */
function link(title, address, base) {
  let url;
  try {
    url = new URL(address, base);
  } catch {
    return null;
  }
  if (!/^(https?|tel|sms|mailto):$/.test(url.protocol)) return null;
  if (!url.protocol.startsWith("http")) return make("a", { href: url.href }, title);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, title, hidden(` ${WORDS.new_tab}`));
}

/** Returns words that only assistive technology reads. */
function hidden(words) {
  return make("span", { class: "hidden", dir: "auto" }, words); // Or these words would decide the direction of those around them.
}
