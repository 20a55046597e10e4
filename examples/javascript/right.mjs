// The right solution: On Socket.IO Stop pulses when the connection is terminated.
// Run it with `node right.mjs`.

import { serve } from "./driver.mjs";
import { Runtime } from "./runtime.mjs";

await serve(
  { name: "example on socket.io-client", version: "1.0.0", language: "JavaScript" },
  ["runtime", "messages", "websocket", "polling"],
  (report) => new Runtime(report),
);
