// Makes nodes of an answer's text: paragraphs, lists, links, bold. Never HTML: whatever isn't one of these stays text.

const SPECIAL = /(\[[^\]]+\]\([^)\s]+\)|\*\*[^*]+\*\*|https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;
const LIST_LINE = /^\s*(?:[-*•]|(\d+)[.)])\s+/;

/** Makes an element; functions among the attributes listen to the event of their name. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Returns a text's paragraphs and lists; addresses are read from `base` on. */
function blocks(text, base) {
  const made = [];
  let open = null;
  for (const line of text.split("\n")) {
    const mark = line.match(LIST_LINE);
    const kind = mark ? (mark[1] ? "OL" : "UL") : "P";
    if (!line.trim()) {
      open = null;
      continue;
    }
    if (open?.tagName !== kind) {
      open = make(kind, mark?.[1] > 1 ? { start: mark[1] } : {});
      made.push(open);
    } else if (!mark) {
      open.append("\n");
    }
    if (mark) open.append(make("li", {}, ...inline(line.slice(mark[0].length), base)));
    else open.append(...inline(line, base));
  }
  return made;
}

function inline(text, base) {
  return text.split(SPECIAL).map((piece, index) => {
    if (index % 2 === 0) return piece;
    if (piece.startsWith("**")) return make("strong", {}, piece.slice(2, -2));
    const [, title, address] = piece.match(/^\[([^\]]+)\]\(([^)\s]+)\)$/) ?? [null, piece, piece];
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
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, title, hidden(` ${WORDS.newTab}`));
}

/** Returns words that only assistive technology reads. */
function hidden(words) {
  return make("span", { class: "hidden" }, words);
}
