/** What the events tell. Nothing of what was said is in them. */
export interface ChatEventMap {
  open: CustomEvent<null>;
  close: CustomEvent<null>;
  exit: CustomEvent<null>;
  message: CustomEvent<{ from: "person" | "assistant" }>;
}

/** The page's <ask-chat>. */
export interface AskChat extends HTMLElement {
  open(): void;
  close(): void;
  /** Opens the chat and asks, as if the person had typed it. */
  ask(text: string): Promise<void>;
}

/** Loads the chat from an assistant's server. `options` are the data- attributes of docs/widget.md, in camelCase. */
export function loadChat(server: string, options?: Record<string, string>): Promise<AskChat>;
