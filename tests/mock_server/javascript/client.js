// A socket.io-client that connects once. It prints each event as a line of JSON, and reads commands
// as lines of JSON. Arguments: the URL, and the transports separated by commas.
"use strict";

const { createInterface } = require("node:readline");
const { io } = require("socket.io-client");

const [url, transports] = process.argv.slice(2);
const report = (what, detail) => console.log(JSON.stringify([what, detail]));

const socket = io(url, { transports: transports.split(","), reconnection: false });
socket.on("connect", () => {
  const { engine } = socket.io;
  const wanted = transports.split(",").at(-1);
  if (engine.transport.name === wanted) report("connected", wanted);
  else engine.once("upgrade", () => report("connected", wanted));
});
socket.on("connect_error", (error) => report("refused", error.message));
socket.on("disconnect", (reason) => report("disconnected", reason));
socket.onAny((event, ...values) => report(event, values));

const commands = createInterface({ input: process.stdin });
commands.on("line", (line) => {
  const [command, ...values] = JSON.parse(line);
  if (command === "disconnect") socket.disconnect();
  else socket.emit(command, ...values, (...answer) => report("acknowledged", answer));
});
commands.on("close", () => process.exit());
