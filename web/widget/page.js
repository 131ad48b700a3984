// The page around the chat: where its element is put, what may cover it, how much of it can be seen.

const SCRIPT = document.currentScript ?? [...document.scripts].find(({ src }) => /\/widget\.js($|\?)/.test(src)); // none for modules
const OWN_WORDS = ["title", "subtitle", "launcher"];
const SHORT_EM = 22;

/** Calls `go` once the words are those of the page's language; they stay English if the server hasn't got them. */
async function inWordsOfThePage(go) {
  const [language] = (SCRIPT?.closest("[lang]") ?? document.documentElement).lang.split("-");
  if (language && language !== SPOKEN) try {
    const answer = await fetch(new URL(`/words/${language}.json`, SCRIPT?.dataset.server ?? SCRIPT?.src ?? location), { signal: AbortSignal.timeout(3000) });
    ({ SPOKEN, DIRECTION, WORDS, STARTERS, CARDS, HINTS, CHECKS } = await answer.json());
  } catch {} // like a language that it doesn't speak
  go();
}

/** Puts the chat of the script's tag into the page, and again into each new body that the page gets. */
function place() {
  const put = () => {
    if (document.querySelector("ask-chat")) return;
    const chat = document.createElement("ask-chat");
    Object.assign(chat.dataset, { server: new URL(SCRIPT.src).origin }, SCRIPT.dataset);
    document.body.append(chat);
  };
  const begin = () => {
    put();
    const swapped = (changes) => changes.some(({ addedNodes }) => [...addedNodes].includes(document.body));
    new MutationObserver((changes) => swapped(changes) && put()).observe(document.documentElement, { childList: true });
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}

/** Reads an element's attributes. What can't be used is left out, and the console is told. */
function readOptions(element) {
  const { dataset } = element;
  for (const name of Object.keys(WORDS)) {
    const own = element.getAttribute(`data-word-${name.replaceAll("_", "-")}`) ?? (OWN_WORDS.includes(name) && dataset[name]);
    if (own) WORDS[name] = own;
  }
  if (dataset.title && !dataset.launcher) WORDS.launcher = dataset.title;
  if (dataset.dir) element.setAttribute("dir", dataset.dir);
  oneOf("theme", dataset.theme, ["light", "dark", "auto"]);
  return {
    server: new URL(address("server", dataset.server) ?? SCRIPT?.src ?? location.href).origin,
    exit: address("exit", dataset.exit) ?? EXIT,
    onPage: oneOf("position", dataset.position, ["end", "start", "page"]) === "page",
    most: Number(dataset.mostCharacters) || LIMITS.most,
    starters: dataset.starters ? dataset.starters.split("|").map((title) => ({ title: title.trim() })) : STARTERS,
    intro: introOf(element),
    logo: dataset.logo,
    privacy: dataset.privacy,
  };
}

/** Tells whether the page has put something above the first message; where there is room for it, all of it shows. */
function introOf(element) {
  for (const part of element.querySelectorAll("[slot=intro] details")) part.open = matchMedia("(min-width: 60em)").matches;
  return Boolean(element.querySelector("[slot=intro]"));
}

/** Returns an address that people can be sent to, or undefined, which the console is told. */
function address(name, value) {
  try {
    if (/^https?:\/\//i.test(value)) return new URL(value).href;
  } catch {} // like a wrong one
  if (value) warn(name, value, "Write it out in full, like https://example.org/.");
}

/** Returns a value that is one of those that are known, or undefined, which the console is told. */
function oneOf(name, value, known) {
  if (known.includes(value)) return value;
  if (value) warn(name, value, `It can be ${known.join(", ")}.`);
}

function warn(name, value, advice) {
  console.warn(`The chat can't use data-${name}="${value}". ${advice}`);
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Returns the variables for a colour: what is written on it is white or black, whichever can be read. */
function colours(colour, probe) {
  if (!colour) return "";
  probe.style.color = colour;
  const shares = getComputedStyle(probe).color.match(/^rgb\((\d+), (\d+), (\d+)\)/)?.slice(1).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const known = probe.style.color && shares;
  probe.style.color = "";
  if (!known) return warn("colour", colour, "Write it like #1a56b0.") ?? "";
  const luminance = 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]; // WCAG 2.2, "relative luminance"
  return `:host { --chat-colour: ${colour}; --chat-on-colour: ${luminance < 0.183 ? "#fff" : "#000"} }`;
}

/** Brings the bar to the front again when the page opens something above it. */
function stayInFront(bar, signal) {
  const raise = ({ oldState, newState }) => {
    if (newState !== "open" || oldState === "open" || bar.hidden) return;
    const focused = bar.getRootNode().activeElement;
    bar.hidePopover();
    bar.showPopover();
    focused?.focus();
  };
  if (bar.showPopover) document.addEventListener("toggle", raise, { capture: true, signal });
}

/** Keeps a panel in that part of the screen that can be seen, so above a phone's keyboard. */
function followScreen(panel, signal) {
  const seen = window.visualViewport;
  const fit = () => {
    const zoomed = Math.abs(seen.scale - 1) > 0.01;
    panel.style.setProperty("--seen-top", zoomed ? "0px" : `${seen.offsetTop}px`);
    panel.style.setProperty("--seen-height", zoomed ? "100dvh" : `${seen.height}px`);
    const short = !zoomed && seen.height < SHORT_EM * parseFloat(getComputedStyle(panel).fontSize);
    if (panel.classList.toggle("short", short)) panel.getRootNode().activeElement?.scrollIntoView({ block: "nearest" });
  };
  if (!seen) return;
  fit();
  for (const type of ["resize", "scroll"]) seen.addEventListener(type, fit, { signal });
}
