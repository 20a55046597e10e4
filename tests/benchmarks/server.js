// The JavaScript server that load.py measures. The other servers are in servers.py.
"use strict";

const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
new Server(http).on("connection", (socket) => {
  socket.on("echo", (...values) => values.pop()(...values));
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
