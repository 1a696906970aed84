// A discord.js bot (14) that answers `!ping` and `/ping`, tested through casey-sim's control API.
//
//     cargo run -p casey-sim --example standalone
//     npm install discord.js
//     node examples/discordjs/ping.mjs [http://127.0.0.1:8480] [token]
//
// It runs the bot, has people speak to it, and ends with an error if it does not answer as it should.

import assert from 'node:assert';
import { Client, Events, GatewayIntentBits } from 'discord.js';

const base = process.argv[2] ?? 'http://127.0.0.1:8480';
const token = process.argv[3] ?? 'demo-token';

async function sim(method, path, body) {
    const answer = await fetch(`${base}/sim/${path}`, { method, body: body && JSON.stringify(body) });
    if (answer.status === 204) return null;
    const told = await answer.json();
    assert(answer.ok, JSON.stringify(told));
    return told;
}

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
// discord.js asks `GET /gateway/bot` where the gateway is, so this is the only address it needs.
const client = new Client({ intents: [Guilds, GuildMessages, MessageContent], rest: { api: `${base}/api` } });
client.on(Events.MessageCreate, (message) => (message.content === '!ping' ? message.reply('pong') : undefined));
client.on(Events.InteractionCreate, (interaction) => interaction.reply('pong'));

const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
await client.login(token);
await ready;
await client.application.commands.set([{ name: 'ping', description: 'Answers pong' }]);

const at = { guild: "Casey's Harbour", channel: 'general', person: 'Alice' };
const ping = async (wait) => {
    const said = await sim('POST', 'messages', { ...at, text: '!ping' });
    return sim('GET', `replies?channel=${said.channel}&reply_to=${said.message}&wait_ms=${wait}`);
};
assert.equal((await ping(5_000)).content, 'pong');
const used = await sim('POST', 'slash', { ...at, command: 'ping' });
assert.equal(used.answer.content, 'pong');

// The line goes dead; what is said meanwhile arrives all the same.
await sim('POST', 'faults', { at: 'dispatch', fault: 'cut', bytes: 40 });
assert.equal((await ping(30_000)).content, 'pong');
const gateway = await sim('GET', 'gateway');
assert.equal(gateway.resumes, 1, JSON.stringify(gateway));

const violations = await sim('GET', 'violations');
console.log('answered as it should;', violations.length ? violations : 'no violations');
await client.destroy();
