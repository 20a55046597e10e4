// The right solution: On Socket.IO Stop pulses when the connection is terminated.
// Run it with `node right.mjs`.

import { serve } from "./driver.mjs";
import { Runtime } from "./runtime.mjs";

await serve(
  { name: "example on socket.io-client", version: "1.0.0", language: "JavaScript" },
  {
    nodes: ["connection nodes", "message nodes"],
    transports: ["websocket", "upgraded", "polling"],
    abilities: ["dynamic-namespaces"],
  },
  (report) => new Runtime(report),
);
