// The Socket.IO nodes of a project, and its connections.

import { Connection } from "./connection.mjs";
import { RefusedError } from "./driver.mjs";

const PROJECT_CLOSE_TIMEOUT = 250; // milliseconds for connections to end when their project closes

/** A node cannot execute; the message says why, and what to do. */
class ExecutionError extends Error {}

export class Runtime {
  #report;
  #settings = new Map(); // settings of connections, by name
  #nodes = new Map();
  #connections = new Map(); // connections that have not ended, by name
  #toRestart = new Set(); // names of connections to open again when they have ended
  #subscriptions = new Set();
  #closed; // called when all connections have ended

  /** `report(method, params)` sends a notification to the harness. */
  constructor(report) {
    this.#report = report;
  }

  async open({ connections = [], logic = {} }) {
    await this.close();
    this.#settings = new Map(connections.map((each) => [each.name, each]));
    const nodes = Object.values(logic).flatMap((scope) => scope.nodes ?? []);
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  /** Close the project and all its connections, without reports. */
  async close() {
    this.#nodes.clear();
    this.#toRestart.clear();
    this.#subscriptions.clear();
    for (const connection of this.#connections.values()) connection.close(PROJECT_CLOSE_TIMEOUT);
    if (this.#connections.size > 0) await new Promise((resolve) => (this.#closed = resolve));
  }

  /** Execute a node, without waiting for the network. */
  pulse(id, values) {
    const node = this.#nodes.get(id);
    const execute = this.#executions[node?.type];
    if (!execute) throw new RefusedError(`there is no node "${id}" with a pulse input`);
    try {
      execute({ Namespace: "/", "Event Name": "", Message: "", ...node.attributes, ...values });
    } catch (error) {
      this.#report("runtime/error", { node: id, message: error.message });
      if (!(error instanceof ExecutionError)) console.error(error);
      return;
    }
    this.#pulsed(id);
  }

  #executions = {
    "Socket.IO Start": (inputs) => this.#start(this.#chosen(inputs)),
    "Socket.IO Stop": (inputs) => this.#stop(this.#chosen(inputs)),
    "Socket.IO Send": (inputs) => this.#send(this.#chosen(inputs), inputs),
    "Socket.IO Subscribe": (inputs) => this.#subscribe(this.#chosen(inputs), inputs),
    "Socket.IO Unsubscribe": (inputs) => this.#unsubscribe(this.#chosen(inputs), inputs),
  };

  #chosen({ Configuration: name }) {
    if (!name) throw new ExecutionError("no connection is chosen in Configuration");
    const settings = this.#settings.get(name);
    if (!settings) throw new ExecutionError(`Project Settings have no connection "${name}"`);
    return settings;
  }

  // --- executions of nodes ---------------------------------------------------------------------

  #start(settings) {
    const { name, transports = [] } = settings;
    const running = this.#connections.get(name);
    if (running) {
      if (running.isClosing) this.#toRestart.add(name);
      return;
    }
    const listener = {
      established: () => this.announce("On Socket.IO Start", name),
      received: (namespace, event, args) => this.#received(name, namespace, event, args),
      failed: (namespace, message) => this.#failed(name, namespace, message),
      disconnected: () => this.disconnected(name),
      ended: (wasEstablished) => this.#ended(settings, wasEstablished),
    };
    const connection = new Connection(urlOf(settings), transports, listener);
    this.#connections.set(name, connection);
    for (const subscribed of this.#subscriptions) {
      const [connectionName, namespace] = JSON.parse(subscribed);
      if (connectionName === name) connection.join(namespace);
    }
  }

  #stop({ name }) {
    this.#toRestart.delete(name);
    const connection = this.#connections.get(name);
    if (connection && !connection.isClosing) connection.close();
  }

  #send({ name }, inputs) {
    const { "Event Name": event, Message: message } = inputs;
    if (!this.#connections.get(name)?.send(namespaceOf(inputs), event, message)) {
      throw new ExecutionError(`the connection "${name}" is not established: nothing was sent`);
    }
  }

  #subscribe({ name }, inputs) {
    this.#subscriptions.add(subscription(name, namespaceOf(inputs), inputs["Event Name"]));
    this.#connections.get(name)?.join(namespaceOf(inputs));
  }

  #unsubscribe({ name }, inputs) {
    this.#subscriptions.delete(subscription(name, namespaceOf(inputs), inputs["Event Name"]));
  }

  // --- events of connections -------------------------------------------------------------------

  #received(name, namespace, event, args) {
    if (!this.#subscriptions.has(subscription(name, namespace, event))) return;
    const values = { Namespace: namespace, "Trigger Name": event, Message: textOf(args) };
    this.announce("On Socket.IO Receive", name, wellFormed(values));
  }

  #failed(name, namespace, message) {
    this.announce("On Socket.IO Error", name, wellFormed({ Namespace: namespace, Message: message }));
  }

  #ended(settings, wasEstablished) {
    this.#connections.delete(settings.name);
    if (this.#connections.size === 0) this.#closed?.();
    if (wasEstablished) this.terminated(settings.name);
    if (this.#toRestart.delete(settings.name)) this.#start(settings);
  }

  /** The client has emitted "disconnect". The connection may stay open for a long time. */
  disconnected(_name) {}

  /** An established connection has ended, for any reason. */
  terminated(name) {
    this.announce("On Socket.IO Stop", name);
  }

  // --- pulses ----------------------------------------------------------------------------------

  /** Pulse the event listener nodes of a type that listen to a connection. */
  announce(type, name, values = {}) {
    for (const node of this.#nodes.values()) {
      if (node.type === type && node.attributes?.Configuration === name) this.#pulsed(node.id, values);
    }
  }

  #pulsed(node, values = {}) {
    this.#report("runtime/pulsed", { node, output: "Pulse Output", values });
  }
}

/** Return the URL with a port; a port in the URL wins over the connection's Port. */
function urlOf({ name, url, port }) {
  const text = url.includes("://") ? url : `http://${url}`;
  if (!URL.canParse(text)) throw new ExecutionError(`the connection "${name}" has no URL: "${url}"`);
  const parsed = new URL(text);
  const hasPort = /^[^/]*:\/\/[^/?#]*:\d+([/?#]|$)/.test(text);
  if (!hasPort) parsed.port = port;
  return parsed;
}

function namespaceOf({ Namespace: text }) {
  return text.startsWith("/") ? text : `/${text}`;
}

function subscription(name, namespace, event) {
  return JSON.stringify([name, namespace, event]);
}

/** Return On Receive's Message: a single text unchanged, other arguments as JSON. */
function textOf(args) {
  if (args.length === 0) return "";
  if (args.length > 1) return JSON.stringify(args);
  return typeof args[0] === "string" ? args[0] : JSON.stringify(args[0]);
}

/** Replace lone surrogates, which JSON may contain and UTF-8 cannot encode. */
function wellFormed(values) {
  return Object.fromEntries(Object.entries(values).map(([key, text]) => [key, text.toWellFormed()]));
}
