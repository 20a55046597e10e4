// The obvious, wrong solution: On Socket.IO Stop pulses at the client's "disconnect" event.
// Run it with `node naive.mjs`.

import { serve } from "./driver.mjs";
import { Runtime } from "./runtime.mjs";

class NaiveRuntime extends Runtime {
  disconnected(name) {
    this.announce("On Socket.IO Stop", name);
  }

  terminated() {}
}

await serve(
  { name: "naive example on socket.io-client", version: "1.0.0", language: "JavaScript" },
  {
    nodes: ["connection nodes", "message nodes"],
    transports: ["websocket", "upgraded", "polling"],
    abilities: ["dynamic-namespaces"],
  },
  (report) => new NaiveRuntime(report),
);
