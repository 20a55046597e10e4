// Turns Cucumber Messages on standard input into Cucumber's own HTML report on standard output.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const found = createRequire(import.meta.url).resolve("@cucumber/html-formatter");
const { CucumberHtmlStream } = await import(pathToFileURL(found));
const stream = new CucumberHtmlStream();
stream.pipe(process.stdout);
for await (const line of createInterface({ input: process.stdin })) stream.write(JSON.parse(line));
stream.end();
