// Loads the chat from the assistant's server, for sites that are built with npm. The chat itself is never bundled: its
// words, numbers and steps are the server's of today.

/** Resolves to the page's <ask-chat>. `options` are its data- attributes, such as `{ title: "Talk to us", position: "start" }`. */
export async function loadChat(server, options = {}) {
  const address = new URL("/widget.js", server);
  if (!customElements.get("ask-chat")) await load(address);
  const here = document.querySelector("ask-chat");
  if (here) return here;
  const chat = document.createElement("ask-chat");
  Object.assign(chat.dataset, { server: address.origin }, options);
  document.body.append(chat);
  return chat;
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, referrerPolicy: "no-referrer", onload: resolve });
    script.dataset.wait = "";
    script.onerror = () => reject(new Error(`The chat can't be loaded from ${address}. Is the server running, and does your page's policy allow it?`));
    document.head.append(script);
  });
}
