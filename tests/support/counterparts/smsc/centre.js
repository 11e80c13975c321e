// A message centre that does as it is told: commands are lines of JSON on stdin, each answered by a line on stdout.
"use strict";
const smpp = require("smpp");
const readline = require("readline");

const open = new Map(); // long messages of which parts are missing, by sender, number and reference
const arrived = []; // whole messages, in order
const sessions = new Set();
const sockets = new Set();
let behaviour = { status: 0, slow_ms: 0, breaks: false, early: "" };
let counts = { submits: 0, binds: 0, heard: 0, declined: 0, window: 0, window_max: 0 };
let lastId = 0;
let server = null;
let port = 0;

function take(pdu) {
  const id = (++lastId).toString(16).padStart(8, "0");
  const text = pdu.short_message.message.toString();
  const validity = pdu.validity_period ? pdu.validity_period.getTime() : null;
  const piece = { id, text, coding: pdu.data_coding };
  const udh = (pdu.short_message.udh || []).find((each) => each[0] === 0 && each[1] === 3);
  const whole = { to: pdu.destination_addr, from: pdu.source_addr, at: Date.now(), validity, receipt: pdu.registered_delivery };
  if (!udh) {
    arrived.push({ ...whole, text, ids: [id], sizes: [[...text].length], coding: pdu.data_coding });
    return id;
  }
  const key = [whole.from, whole.to, udh[2]].join("/");
  const pieces = open.get(key) || [];
  pieces[udh[4] - 1] = piece;
  open.set(key, pieces);
  if (pieces.filter(Boolean).length === udh[3]) {
    open.delete(key);
    arrived.push({
      ...whole,
      text: pieces.map((each) => each.text).join(""),
      ids: pieces.map((each) => each.id),
      sizes: pieces.map((each) => each.text.length),
      coding: piece.coding,
    });
  }
  return id;
}

function submit(session, pdu) {
  counts.submits++;
  counts.window_max = Math.max(counts.window_max, ++counts.window);
  const answer = (fields) => {
    counts.window--;
    session.send(pdu.response(fields));
  };
  if (behaviour.status) return void setTimeout(() => answer({ command_status: behaviour.status }), behaviour.slow_ms);
  const id = take(pdu);
  if (behaviour.breaks) {
    behaviour.breaks = false;
    counts.window--;
    return session.socket.destroy();
  }
  if (behaviour.early) receipt(session, id, behaviour.early);
  if (behaviour.slow_ms) setTimeout(() => answer({ message_id: id }), behaviour.slow_ms);
  else answer({ message_id: id });
}

function receipt(session, id, state) {
  const text = `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:${state} err:000 text:`;
  deliver(session, { esm_class: 4, short_message: text });
}

function deliver(session, fields) {
  session.deliver_sm(fields, (answer) => (answer.command_status ? counts.declined++ : counts.heard++));
}

function listen(then) {
  server = smpp.createServer((session) => {
    sockets.add(session.socket);
    session.on("bind_transceiver", (pdu) => {
      counts.binds++;
      session.send(pdu.response());
      sessions.add(session);
    });
    session.on("submit_sm", (pdu) => submit(session, pdu));
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
    session.on("close", () => {
      sessions.delete(session);
      sockets.delete(session.socket);
      counts.window = 0;
    });
    session.on("error", () => session.destroy());
  });
  server.listen(port, "127.0.0.1", () => {
    port = server.address().port;
    then({ port });
  });
}

const anySession = () => [...sessions][sessions.size - 1];

const commands = {
  arrived: (_, done) => done(arrived),
  counts: (_, done) => done(counts),
  behave: (asked, done) => done(Object.assign(behaviour, asked.behaviour)),
  down: (_, done) => {
    server.close(() => done({}));
    for (const socket of sockets) socket.destroy();
  },
  up: (_, done) => listen(done),
  tell: (asked, done) => {
    const ids = arrived.filter((each) => each.to === asked.to).flatMap((each) => each.ids);
    for (let time = 0; time < asked.times; time++) for (const id of ids) receipt(anySession(), id, asked.state);
    done(ids.length);
  },
  receipt: (asked, done) => done(receipt(anySession(), asked.id, asked.state) || {}),
  deliver: (asked, done) => {
    const fields = { ...asked.fields };
    if (fields.octets) fields.short_message = Buffer.from(fields.octets, "hex");
    delete fields.octets;
    done(deliver(anySession(), fields) || {});
  },
  raw: (asked, done) => done({ written: anySession().socket.write(Buffer.from(asked.octets, "hex")) }),
  // The benchmark's ceiling: the same library as client, so many messages with so many open at a time.
  ceiling: (asked, done) => {
    const client = smpp.connect({ host: "127.0.0.1", port: asked.port }, () => {
      client.bind_transceiver({ system_id: "ceiling", password: "secret" }, () => {
        const begun = process.hrtime.bigint();
        let sent = 0;
        let answered = 0;
        const next = () => {
          if (sent >= asked.count) return;
          const number = sent++;
          const fields = { source_addr: "Lender", destination_addr: String(8613800000000 + number), data_coding: 8 };
          client.submit_sm({ ...fields, registered_delivery: 1, short_message: Buffer.from(asked.octets, "hex") }, () => {
            if (++answered === asked.count) {
              client.destroy();
              done({ seconds: Number(process.hrtime.bigint() - begun) / 1e9 });
            } else next();
          });
        };
        for (let each = 0; each < asked.window; each++) next();
      });
    });
    client.on("error", () => {});
  },
};

const say = (number, answer) => process.stdout.write(JSON.stringify({ number, answer }) + "\n");
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  commands[asked.command](asked, (answer) => say(asked.number, answer));
});
process.stdin.on("end", () => process.exit(0));
