// On Socket.IO Stop comes when the connection has ended: `node right.mjs`.

import { serve } from "./driver.mjs";
import { Runtime } from "./runtime.mjs";

await serve(
  { name: "example on socket.io-client", version: "1.0.0", language: "JavaScript" },
  ["runtime", "messages", "websocket", "polling"],
  (report) => new Runtime(report),
);
