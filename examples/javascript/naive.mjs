// On Socket.IO Stop comes when the client says "disconnect", as one would write it: `node naive.mjs`.

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
  ["runtime", "messages", "websocket", "polling"],
  (report) => new NaiveRuntime(report),
);
