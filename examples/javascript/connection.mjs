// One connection on the official client, from its opening to its true end.
//
// The client's "disconnect" comes when the end begins: less than a millisecond after the call of
// disconnect(), however long the server takes. Even the "close" of its engine comes before the
// WebSocket is closed, or the last request answered. So the connection has an http.Agent of its own:
// every TCP connection of the client, for requests and for the WebSocket, is made by it. It has
// ended when the engine is closed and no TCP connection is open.

import http from "node:http";
import https from "node:https";
import { Manager } from "socket.io-client";

const CONNECT_TIMEOUT = 5_000;
const CLOSE_TIMEOUT = 20_000; // that of the WebSocket is 30 s; long-polling has none

export class Connection {
  #listener;
  #manager;
  #namespaces = new Map();
  #tcp = new Set();
  #timer;
  #isEstablished = false;
  #isClosing = false;
  #isStopped = false;
  #isCut = false;
  #engineIsClosed = false;
  #hasEnded = false;

  /**
   * Opens at once. `url` is a URL, `transports` are offered in that order (none: the client's own
   * choice). The listener is told, by methods of these names:
   *
   * - established(): the server has accepted the client, on the wire
   * - received(namespace, event, args), not after close()
   * - failed(namespace, message)
   * - disconnected(): the client's own "disconnect". It says nothing about the connection.
   * - ended(wasEstablished): nothing of the connection is left. The last call.
   */
  constructor(url, transports, listener) {
    this.#listener = listener;
    this.#manager = new Manager(url.href, {
      agent: this.#watchedAgent(url),
      transports: transports.length ? transports : undefined,
      reconnection: false, // one that was stopped while it waits to reconnect would come back
      timeout: false, // it would not cover the server's answer to the connection request
    });
    this.#manager.engine.once("close", (reason) => this.#engineClosed(reason));
    this.#timer = setTimeout(() => this.#timedOut(), CONNECT_TIMEOUT);
    this.join("/");
  }

  /** It was told to close, or comes to its end by itself. */
  get isClosing() {
    return this.#isClosing;
  }

  /** Join a namespace, unless that was done. */
  join(name) {
    if (this.#isClosing || this.#namespaces.has(name)) return;
    const namespace = this.#manager.socket(name);
    this.#namespaces.set(name, namespace);
    namespace.on("connect_error", (error) => this.#refused(name, namespace, error));
    namespace.onAny((event, ...args) => {
      if (!this.#isClosing) this.#listener.received(name, event, args);
    });
    if (name === "/") {
      // A server may name an event "connect": only the client's state counts.
      namespace.on("connect", () => namespace.connected && this.#established());
      namespace.on("disconnect", (reason) => namespace.connected || this.#left(reason));
    }
  }

  /** Send an event; false if the connection is not established, or on its way to its end. */
  send(name, event, message) {
    if (!this.#isEstablished || this.#isClosing) return false;
    this.join(name);
    this.#namespaces.get(name).emit(event, message); // waits for the namespace to be joined
    return true;
  }

  /** Say goodbye; what has not ended in so many milliseconds is cut. Nothing fails from now on. */
  close(timeout = CLOSE_TIMEOUT) {
    this.#isStopped = true;
    this.#sayGoodbye(timeout);
  }

  #sayGoodbye(timeout) {
    if (this.#hasEnded) return;
    this.#isClosing = true;
    clearTimeout(this.#timer);
    const isOpening = this.#manager.engine.readyState === "opening";
    for (const namespace of this.#namespaces.values()) namespace.disconnect();
    if (isOpening) {
      this.#cut(); // a request for a session would still be answered, and nobody use the session
    } else {
      this.#timer = setTimeout(() => this.#cut(), timeout);
    }
  }

  // --- what the client says --------------------------------------------------------------------

  #established() {
    if (this.#isEstablished || this.#isClosing) return;
    this.#isEstablished = true;
    clearTimeout(this.#timer);
    this.#listener.established();
  }

  #refused(name, namespace, error) {
    if (this.#isStopped) return;
    if (name === "/") {
      this.#fail(textOf(error));
    } else if (!namespace.active) {
      this.#listener.failed(name, textOf(error)); // this namespace alone
    }
  }

  #timedOut() {
    this.#fail(`the server has not accepted the client in ${CONNECT_TIMEOUT / 1000} s`);
  }

  #fail(message) {
    this.#listener.failed("/", message);
    this.#sayGoodbye(CLOSE_TIMEOUT);
  }

  #left(reason) {
    this.#listener.disconnected();
    if (reason === "io server disconnect") this.#sayGoodbye(CLOSE_TIMEOUT);
  }

  #engineClosed(reason) {
    this.#engineIsClosed = true;
    if (!this.#isClosing) this.#sayGoodbye(CLOSE_TIMEOUT);
    if (reason !== "forced close") this.#cut(); // lost: nobody is there to answer a goodbye
    this.#endsPerhaps();
  }

  // --- the TCP connections ---------------------------------------------------------------------

  #watchedAgent(url) {
    const agent = ["https:", "wss:"].includes(url.protocol) ? new https.Agent() : new http.Agent();
    const createConnection = agent.createConnection;
    agent.createConnection = (...args) => {
      const socket = createConnection.apply(agent, args);
      this.#tcp.add(socket);
      socket.once("close", () => {
        this.#tcp.delete(socket);
        this.#endsPerhaps();
      });
      if (this.#isCut) socket.destroy();
      return socket;
    };
    return agent;
  }

  #cut() {
    this.#isCut = true;
    for (const socket of this.#tcp) socket.destroy();
  }

  /** Look whether it has ended, after whatever the client has to say about this moment. */
  #endsPerhaps() {
    setImmediate(() => {
      if (!this.#engineIsClosed || this.#tcp.size > 0 || this.#hasEnded) return;
      this.#hasEnded = true;
      clearTimeout(this.#timer);
      this.#listener.ended(this.#isEstablished);
    });
  }
}

function textOf(error) {
  const reason = error.description?.message;
  return (reason ? `${error.message}: ${reason}` : error.message) || "the server refused it";
}
