// One connection on the official client, from its opening until it is terminated.
//
// The client emits "disconnect" when the connection begins to end: less than a millisecond after the
// call of disconnect(), even if the server takes long. Even the engine's "close" comes before the
// WebSocket is closed or the last request is answered. So each connection has its own http.Agent,
// which makes every TCP connection of the client, for requests and for the WebSocket.
// The connection has ended when the engine is closed and no TCP connection is open.

import http from "node:http";
import https from "node:https";
import { Manager } from "socket.io-client";

const CONNECT_TIMEOUT = 5_000;
const CLOSE_TIMEOUT = 20_000; // the WebSocket's own timeout is 30 s, long-polling has none

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
   * Opens the connection at once. `url` is a URL. `transports` are tried in this order; if there are
   * none, the client chooses. The listener has these methods:
   *
   * - established(): the server has accepted the client
   * - received(namespace, event, args): an event arrived; not called after close()
   * - failed(namespace, message): the connection, or one namespace, failed
   * - disconnected(): the client has emitted "disconnect"; the connection may still be open
   * - ended(wasEstablished): the connection has ended; the last call
   */
  constructor(url, transports, listener) {
    this.#listener = listener;
    this.#manager = new Manager(url.href, {
      agent: this.#watchedAgent(url),
      transports: transports.length ? transports : undefined,
      reconnection: false, // a client that is stopped while it waits would still reconnect
      timeout: false, // a timeout would not cover the answer to the connection request
    });
    this.#manager.engine.once("close", (reason) => this.#engineClosed(reason));
    this.#timer = setTimeout(() => this.#timedOut(), CONNECT_TIMEOUT);
    this.join("/");
  }

  /** Whether the connection is closing, because of close() or for another reason. */
  get isClosing() {
    return this.#isClosing;
  }

  /** Join a namespace, unless it is joined already. */
  join(name) {
    if (this.#isClosing || this.#namespaces.has(name)) return;
    const namespace = this.#manager.socket(name);
    this.#namespaces.set(name, namespace);
    namespace.on("connect_error", (error) => this.#refused(name, namespace, error));
    namespace.onAny((event, ...args) => {
      if (!this.#isClosing) this.#listener.received(name, event, args);
    });
    if (name === "/") {
      // A server may send an event named "connect": only the client's state counts.
      namespace.on("connect", () => namespace.connected && this.#established());
      namespace.on("disconnect", (reason) => namespace.connected || this.#left(reason));
    }
  }

  /** Send an event; return false if the connection is not established or is closing. */
  send(name, event, message) {
    if (!this.#isEstablished || this.#isClosing) return false;
    this.join(name);
    this.#namespaces.get(name).emit(event, message); // the client queues it until it has joined
    return true;
  }

  /** Disconnect, and destroy open sockets after `timeout` ms. Failures are no longer reported. */
  close(timeout = CLOSE_TIMEOUT) {
    this.#isStopped = true;
    this.#disconnect(timeout);
  }

  #disconnect(timeout) {
    if (this.#hasEnded) return;
    this.#isClosing = true;
    clearTimeout(this.#timer);
    const isOpening = this.#manager.engine.readyState === "opening";
    for (const namespace of this.#namespaces.values()) namespace.disconnect();
    if (isOpening) {
      this.#cut(); // otherwise the server would answer the request and keep an unused session
    } else {
      this.#timer = setTimeout(() => this.#cut(), timeout);
    }
  }

  // --- events of the client --------------------------------------------------------------------

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
      this.#listener.failed(name, textOf(error)); // only this namespace failed
    }
  }

  #timedOut() {
    this.#fail(`the server has not accepted the client in ${CONNECT_TIMEOUT / 1000} s`);
  }

  #fail(message) {
    this.#listener.failed("/", message);
    this.#disconnect(CLOSE_TIMEOUT);
  }

  #left(reason) {
    this.#listener.disconnected();
    if (reason === "io server disconnect") this.#disconnect(CLOSE_TIMEOUT);
  }

  #engineClosed(reason) {
    this.#engineIsClosed = true;
    if (!this.#isClosing) this.#disconnect(CLOSE_TIMEOUT);
    if (reason !== "forced close") this.#cut(); // after a loss, the server cannot answer
    this.#checkEnd();
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
        this.#checkEnd();
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

  /** Check whether the connection has ended, after the client has emitted its pending events. */
  #checkEnd() {
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
  return (reason ? `${error.message}: ${reason}` : error.message) || "the server refused the connection";
}
