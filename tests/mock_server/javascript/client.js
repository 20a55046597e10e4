// A socket.io-client that connects once, says what befalls it in a line of JSON each, and
// disconnects when it is told. Arguments: the URL, and the transports with commas between them.
"use strict";

const { createInterface } = require("node:readline");
const { io } = require("socket.io-client");

const [url, transports] = process.argv.slice(2);
const say = (what, detail) => console.log(JSON.stringify([what, detail]));

const socket = io(url, { transports: transports.split(","), reconnection: false });
socket.on("connect", () => {
  const { engine } = socket.io;
  const wanted = transports.split(",").at(-1);
  if (engine.transport.name === wanted) say("connected", wanted);
  else engine.once("upgrade", () => say("connected", wanted));
});
socket.on("connect_error", (error) => say("refused", error.message));
socket.on("disconnect", (reason) => say("disconnected", reason));
socket.onAny((event, ...values) => say(event, values));

const commands = createInterface({ input: process.stdin });
commands.on("line", (line) => {
  const [command, ...values] = JSON.parse(line);
  if (command === "disconnect") socket.disconnect();
  else socket.emit(command, ...values, (...answer) => say("acknowledged", answer));
});
commands.on("close", () => process.exit());
