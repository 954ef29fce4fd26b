/** Names the shapes the desk's API speaks in, for the type checker alone. */

/** @typedef {"with_bot" | "waiting" | "with_agent" | "closed"} Status */
/** @typedef {"online" | "away" | "offline"} Presence */
/** @typedef {{id: number, name: string, email: string, roles: string[], rights?: string[], csrf: string}} Me */
/** @typedef {{name: string, email: string, presence: Presence, groups?: string[]}} Colleague */

/**
 * @typedef {object} Card One conversation as the lists show it.
 * @property {string} id
 * @property {Status} status
 * @property {string | null} reason
 * @property {string | null} topic
 * @property {string} language
 * @property {string | null} visitor
 * @property {string} preview
 * @property {string | null} [file] the name of a file that was sent without words
 * @property {number} seq
 * @property {string | null} waiting_since
 * @property {string | null} agent
 * @property {string | null} ticket
 * @property {string | null} [called] the colleague or group it was handed on to
 * @property {{id: number, agent: string, seconds: number} | null} [ringing] the agent who is called, for how long yet
 * @property {boolean} [due] its visitor was promised an answer for now
 * @property {string} channel
 * @property {string | null} priority
 */

/**
 * @typedef {object} Message
 * @property {number} seq
 * @property {"visitor" | "bot" | "agent" | "system"} author
 * @property {string | null} name
 * @property {string} text
 * @property {{title: string, value: string}[]} choices
 * @property {string | null} article
 * @property {{id: string, name: string, type: string, size: number}[]} attachments
 * @property {string} created_at
 * @property {boolean} [private]
 */

/**
 * @typedef {object} Ticket
 * @property {string} number
 * @property {string} kind
 * @property {string | null} category
 * @property {string} priority
 * @property {string} status
 * @property {string | null} reason
 * @property {string | null} [resolution]
 * @property {string} created_at
 */

/**
 * @typedef {object} Attempt An article the visitor was shown, or the bot thought of.
 * @property {"answered" | "no_help" | "offered" | "unwanted" | "considered"} outcome
 * @property {string} article
 * @property {string} title
 * @property {string} topic
 * @property {number | null} confidence nothing where the visitor's own words did not lead to it
 * @property {string} language
 */

/** @typedef {{score: number, comment: string | null}} Rating how the visitor found it, of five */

/**
 * @typedef {object} Conversation
 * @property {string} id
 * @property {Status} status
 * @property {string} channel
 * @property {string} language
 * @property {{name: string | null, email: string | null}} visitor
 * @property {string | null} agent
 * @property {string | null} [called] the colleague or group it was handed on to
 * @property {number} seq
 * @property {Ticket | null} ticket
 * @property {Rating | null} [rating]
 * @property {Record<string, unknown>} facts
 * @property {Attempt[]} tried
 * @property {Message[]} messages
 */

/**
 * @typedef {object} Canned An answer agents keep at hand; its texts still hold {visitor}, {agent} and {ticket}.
 * @property {string} shortcut
 * @property {string[]} also
 * @property {{title: string, text: string}} en
 * @property {{title: string, text: string}} de
 */

/**
 * @typedef {object} Suggestion An article an agent may send, as plain text in the chat's language.
 * @property {string} article
 * @property {string} topic
 * @property {string} title
 * @property {number | null} confidence nothing where the bot did not find it, only its words
 * @property {string | null} for the system or device its steps are for
 * @property {string} text
 */

/** @typedef {{bot: "starting" | "ready" | "down", articles: Suggestion[]}} Found */

/**
 * @typedef {object} Earlier Another conversation of the same visitor, or one this agent had.
 * @property {string} id
 * @property {"address" | "email" | "agent"} by
 * @property {string | null} visitor
 * @property {Status} status
 * @property {string} channel
 * @property {string} created_at
 * @property {string} preview
 * @property {string | null} topic
 * @property {string | null} ticket
 * @property {string | null} ticket_status
 * @property {string | null} resolution
 */

/**
 * @typedef {object} Look What a colleague does in a chat.
 * @property {string} conversation
 * @property {{id: number, name: string}} agent
 * @property {"reads" | "writes" | "left"} doing
 */

/** @typedef {{waiting: Card[], away: Card[], mine: Card[], others: Card[]}} Lists */
/** @typedef {"connecting" | "live" | "lost"} Connection */

/**
 * @typedef {object} Unsent A message on its way to the desk; `seq` is set once it is recorded.
 * @property {string} id
 * @property {string} conversation
 * @property {string} text
 * @property {boolean} private
 * @property {string} at
 * @property {"sending" | "waiting" | "refused"} state
 * @property {string} [detail]
 * @property {number} [seq]
 * @property {File} [file]
 */

export {};
