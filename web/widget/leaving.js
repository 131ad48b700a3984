// The quick exit: blank the page, wipe, go elsewhere. What it can't do: the browser's history stays.

const SHIFT_SECONDS = 5;

/**
 * Blanks the page at once, calls `wipe`, and puts another website in this page's place, or in that of the page around it.
 * Returns false if this page is inside another one that it may not leave; then the page shows again, wiped.
 */
function leave(address, wipe) {
  const cover = new CSSStyleSheet();
  cover.replaceSync(":root:root { display: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, cover];
  const title = document.title;
  document.title = "…";
  const quiet = document.head.appendChild(document.createElement("meta"));
  quiet.name = "referrer";
  quiet.content = "no-referrer";
  wipe();
  const uncover = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== cover);
    document.title = title;
  };
  addEventListener("pageshow", uncover, { once: true }); // For a browser that brings the page back, wiped.
  try {
    window.top.location.replace(address);
    return true;
  } catch {
    uncover();
    return false;
  }
}

/**
 * Calls `count` with how many presses of Shift alone are left, from 2 to 0; with 3 once it has been too long, and 4 if
 * something else was pressed. Capitals, shortcuts and Shift with the mouse don't count.
 */
function onThreeShifts(count, signal) {
  let pressed = 0;
  let alone = false;
  let late;
  const stop = (why) => {
    clearTimeout(late);
    alone = false;
    if (pressed) count(why);
    pressed = 0;
  };
  const listen = (type, act) => addEventListener(type, act, { capture: true, signal });
  listen("keydown", (event) => {
    const bare = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!bare) stop(4);
    alone = bare;
  });
  listen("pointerdown", () => stop(4));
  listen("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    clearTimeout(late);
    pressed = (pressed + 1) % 3;
    count(pressed ? 3 - pressed : 0);
    if (pressed) late = setTimeout(stop, SHIFT_SECONDS * 1000, 3);
  });
}
