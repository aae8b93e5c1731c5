// Runs a helper process that must live exactly as long as its parent.
//
//   node lifeline.cjs script <file.js> [arguments…]    a Node program, inside this process
//   node lifeline.cjs command <file> [arguments…]      any other program, as a child in a process group of its own
//
// The lifeline is stdin: the parent holds the other end and never writes. It ends when the parent closes it or dies, however it dies, and only then
// the helper is asked to stop, and after a grace period ended. Ctrl-C reaches every process of the terminal's group at once; the parent still
// needs its helpers while it drains, so signals are ignored here.
"use strict";

const [mode, file, ...rest] = process.argv.slice(2);
// Azurite writes its data to disk at the end; the others have nothing to lose.
const graceMilliseconds = 5000;
const commandGraceMilliseconds = 1000;
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];

let stop = () => process.exit(0);

for (const signal of signals) {
  try {
    process.on(signal, () => {});
  } catch {
    // not a signal of this platform
  }
}

// Nobody reads any more once the parent is gone.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.stdin.on("error", () => stop());
process.stdin.once("end", () => {
  setTimeout(() => process.exit(1), graceMilliseconds + 1000).unref();
  stop();
});
process.stdin.resume();

if (mode === "script") {
  // The program's own stop handlers are kept for the end of stdin instead of being bound to signals.
  const handlers = [];
  for (const name of ["on", "once", "addListener"]) {
    const original = process[name].bind(process);
    process[name] = (event, handler) => {
      if (signals.includes(event)) {
        handlers.push({ event, handler });
        return process;
      }
      return original(event, handler);
    };
  }
  stop = () => {
    const chosen = handlers.find((each) => each.event === "SIGTERM") ?? handlers[0];
    if (!chosen) process.exit(0);
    setTimeout(() => process.exit(0), graceMilliseconds).unref();
    chosen.handler("SIGTERM");
  };
  process.argv.splice(1, 3, file);
  require(file);
} else if (mode === "command") {
  const child = require("node:child_process").spawn(file, rest, {
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    windowsHide: true,
  });
  child.on("error", (error) => {
    console.error(`${file} could not be started: ${error.message}`);
    process.exit(127);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
  stop = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), commandGraceMilliseconds).unref();
  };
} else {
  console.error("usage: node lifeline.cjs script|command <file> [arguments…]");
  process.exit(2);
}
