// Asks the chat on this page for the answer that its address names, as a person would by a button.
customElements.whenDefined("ask-chat").then(() => {
  document.querySelector("ask-chat").ask(new URLSearchParams(location.search).get("answer"));
});
