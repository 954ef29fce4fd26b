/** What the widget and the server tell each other; read by the type checker only, never sent to a browser. */

export interface Choice {
  title: string;
  value: string;
}

export interface Attachment {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface Message {
  seq: number;
  author: 'visitor' | 'bot' | 'agent' | 'system';
  name: string | null;
  text: string;
  choices: Choice[];
  article: string | null;
  attachments: Attachment[];
  created_at: string;
}

export interface State {
  status: 'with_bot' | 'waiting' | 'with_agent' | 'closed';
  agent: string | null;
  calling: string | null;
  place: number | null;
  ticket: string | number | null;
  rated: boolean;
}

/** Kept over a reload; `contact`: an address was given, or put off; `rated`: the question is not asked again. */
export interface Conversation {
  id: string;
  token: string;
  contact?: true | 'later';
  rated?: boolean;
}

/** A message of the visitor that is not acknowledged yet. */
export interface Item {
  id: string;
  at: number;
  text: string;
  choice?: string;
  file?: File;
  /** An attempt has failed. */
  late?: boolean;
  /** The place at which the record showed it before the acknowledgement came. */
  seq?: number;
}

export interface Answer {
  ok: boolean;
  status: number;
  body: any;
  /** Milliseconds to wait before the next attempt (`Retry-After`). */
  wait: number;
}

export interface ServerEvent {
  name: string;
  data: any;
}

/** What the line to the server reports. */
export interface Ears {
  heard(message: Message): void;
  delivered(item: Item, seq: number): void;
  late(item: Item): void;
  refused(item: Item | null, sentence: string): void;
  refresh(): void;
  typing(author: string, on: boolean): void;
  reset(): void;
}
