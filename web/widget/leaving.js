// The quick exit: blank the page, wipe, go elsewhere. What it can't do: the browser's history stays.

const SHIFT_SECONDS = 5;

/** Blanks the page at once, calls `wipe`, and puts another website in this page's place. */
function leave(address, wipe) {
  const cover = new CSSStyleSheet();
  cover.replaceSync(":root:root { display: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, cover];
  const title = document.title;
  document.title = "…";
  document.head.append(make("meta", { name: "referrer", content: "no-referrer" }));
  wipe();
  // Somebody who comes back with the back button finds the page again, and the chat empty.
  addEventListener("pageshow", () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== cover);
    document.title = title;
  }, { once: true });
  location.replace(address);
}

/** Calls `count` with how many presses of Shift alone are left, from 2 to 0. Capitals and shortcuts don't count. */
function onThreeShifts(count) {
  let pressed = 0;
  let last = 0;
  let alone = false;
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!alone) pressed = 0;
  }, true);
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    pressed = event.timeStamp - last < SHIFT_SECONDS * 1000 ? pressed + 1 : 1;
    last = event.timeStamp;
    count(3 - pressed);
    if (pressed === 3) pressed = 0;
  }, true);
}
