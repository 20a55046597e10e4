// The driver protocol: JSON-RPC 2.0, one message per line, on standard input and output. This module
// does not depend on Socket.IO. A runtime may print to standard error.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { setImmediate as nextTurn } from "node:timers/promises";

const PROTOCOL_VERSION = 1;
const ErrorCode = {
  REFUSED: 1,
  PARSE_ERROR: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INTERNAL_ERROR: -32603,
};

/** The implementation refuses a request; the message says why. */
export class RefusedError extends Error {}

class RpcError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Serve one session until `shutdown` or the end of standard input.
 *
 * `implementation` is { name, version, language }. `profile` is { nodes, transports, abilities };
 * each of these is a list of names. `makeRuntime` gets a function `report(method, params)`, which
 * sends a notification. It returns a runtime with the methods `open(project)`,
 * `pulse(node, values)` and `close()`. Each method may return a promise and may throw RefusedError.
 * When `close` has finished, the project and its connections must be closed.
 */
export async function serve(implementation, profile, makeRuntime) {
  const runtime = makeRuntime((method, params) => write({ method, params }));
  const methods = {
    "initialize": () => ({ protocolVersion: PROTOCOL_VERSION, implementation, ...profile }),
    "project/open": ({ project }) => runtime.open(project),
    "project/close": () => runtime.close(),
    "runtime/pulse": ({ node, values }) => runtime.pulse(node, values ?? {}),
    "runtime/sync": sync,
    "shutdown": () => runtime.close(),
  };
  // Handle one request after the other, so that the answers are in the order of the requests.
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if ((await answer(line, methods)) === "shutdown") break;
  }
  await runtime.close();
  process.stdin.destroy();
}

/** Answer the request of a line and return its method. */
async function answer(line, methods) {
  let request = {};
  try {
    request = parse(line);
    if (!Object.hasOwn(methods, request.method)) {
      throw new RpcError(ErrorCode.METHOD_NOT_FOUND, `there is no method "${request.method}"`);
    }
    const result = await methods[request.method](request.params ?? {});
    await send({ id: request.id, result: result ?? {} });
  } catch (error) {
    await send({ id: request.id ?? null, error: { code: codeOf(error), message: error.message } });
  }
  return request.method;
}

function parse(line) {
  let request;
  try {
    request = JSON.parse(line);
  } catch (error) {
    throw new RpcError(ErrorCode.PARSE_ERROR, `the line is not JSON: ${error.message}`);
  }
  if (typeof request?.method !== "string" || !Number.isInteger(request.id)) {
    throw new RpcError(ErrorCode.INVALID_REQUEST, "a request needs a method and an id");
  }
  return request;
}

function codeOf(error) {
  if (error instanceof RpcError) return error.code;
  if (error instanceof RefusedError) return ErrorCode.REFUSED;
  console.error(error);
  return ErrorCode.INTERNAL_ERROR;
}

/** Write an answer, and wait until the output buffer has room for more. */
async function send(message) {
  const hasRoom = write(message);
  if (!hasRoom) await once(process.stdout, "drain");
}

function write(message) {
  return process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

/** Let the event loop read all input that has arrived, so that all its effects are reported. */
async function sync() {
  await nextTurn();
  await nextTurn();
}
