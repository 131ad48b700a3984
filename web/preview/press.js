// Asks the chat on this page for the answer that its address names, as a person would by a button.
const { shadowRoot } = document.querySelector("ask-chat");
shadowRoot.querySelector("textarea").value = new URLSearchParams(location.search).get("answer");
shadowRoot.querySelector("form").requestSubmit();
