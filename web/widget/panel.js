// The chat's frame: the bar with the button that opens it, and the panel with head, conversation and field.

/** Makes the parts. `does` has what buttons and keys do; `options` are those of the element. */
function buildParts(does, { onPage, intro, logo, privacy, server }) {
  const parts = {
    log: make("div", { role: "log", "aria-label": WORDS.log, tabindex: "0" }),
    newer: make("button", { type: "button", class: "newer", hidden: true }, WORDS.newer),
    status: make("p", { role: "status" }),
    alert: make("p", { role: "alert" }),
    unread: make("span", { class: "unread" }),
    arrived: make("span", { role: "status", class: "hidden" }),
  };
  Object.assign(parts, fieldParts(does));
  parts.lights = make("span", { class: "lights", "aria-hidden": "true" });
  parts.leave = make("button", { type: "button", class: "leave", "aria-describedby": "hint", click: does.leave }, WORDS.leave, parts.lights);
  parts.panel = make(onPage ? "main" : "dialog", { class: intro ? "panel with-intro" : "panel", "aria-labelledby": "title" },
    make("div", { class: "head" },
      logo ? make("img", { src: logo, alt: "", class: "logo" }) : "",
      make("div", { class: "names" },
        make(onPage ? "h1" : "h2", { id: "title" }, WORDS.title), make("p", { class: "subtitle" }, WORDS.subtitle)),
      parts.leave, make("span", { id: "hint", hidden: true }, WORDS.leave_hint),
      onPage ? "" : make("button", { type: "button", class: "close", click: does.close, "aria-label": WORDS.close }, icon("M6 6l12 12M18 6L6 18"))),
    make("div", { class: "talk" }, parts.log, parts.newer), parts.status, parts.alert, parts.form,
    make("p", { class: "foot" }, make("button", { type: "button", class: "erase", click: does.erase }, WORDS.erase),
      link(WORDS.privacy, privacy || `/privacy?lang=${SPOKEN}`, server), link(WORDS.about, `/about?lang=${SPOKEN}`, server)));
  parts.launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", click: does.open },
    icon("M4 5h16v11h-9l-5 4v-4h-2z"), make("span", {}, WORDS.launcher), " ", parts.unread);
  parts.quit = make("button", { type: "button", class: "leave", hidden: true, click: does.leave }, WORDS.leave);
  parts.bar = make("div", { class: "bar", popover: "manual", hidden: onPage }, parts.launcher, parts.quit, parts.arrived);
  closeBeside(parts.panel, does.close);
  keepKeys(parts.panel);
  return parts;
}

/** Makes a drawing of lines, which words beside it or its button's label tell of. */
function icon(lines) {
  const [drawing, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", lines);
  drawing.append(path);
  return drawing;
}

// No <form>: frames without allow-forms refuse to send one.
function fieldParts(does) {
  const field = make("textarea", {
    id: "field", rows: "1", autocomplete: "off", dir: "auto", enterkeyhint: "send", "aria-describedby": "count", input: does.typed,
    keydown: (event) => {
      // While an input method composes, Enter is its own; keyCode 229 is how Safari says so.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      does.submit();
    },
  });
  const count = make("span", { id: "count" });
  const send = make("button", { type: "button", class: "send", click: does.submit }, WORDS.send);
  const form = make("div", { class: "form" }, make("label", { for: "field" }, WORDS.label), count,
    make("div", { class: "row" }, field, send));
  return { field, count, form };
}

/** Closes a dialog when someone presses beside it, and not when they only let go there, as when they select text. */
function closeBeside(panel, close) {
  let began;
  panel.addEventListener("pointerdown", (event) => (began = event.target));
  panel.addEventListener("click", (event) => {
    if (panel.localName === "dialog" && event.target === panel && began === panel) close();
  });
}

/** Keeps what is typed in the chat from the page's own shortcuts. */
function keepKeys(panel) {
  for (const type of ["keydown", "keypress", "keyup"]) panel.addEventListener(type, (event) => event.stopPropagation());
}

/** Lets the field grow with its text, and counts down what may still be typed. */
function measure({ field, count }, most) {
  field.rows = 1;
  while (field.rows < 6 && field.scrollHeight > field.clientHeight + 2) field.rows += 1;
  const left = most - [...field.value.trim()].length;
  const words = left < 0 ? WORDS.over.replace("{count}", -left) : WORDS.left.replace("{count}", left);
  count.textContent = left < COUNT_FROM ? words : "";
  field.setAttribute("aria-invalid", left < 0);
}
