// Runs a script that sets MongoDB up, given on standard input, in front of a made-up server in each state that a member can be in; prints
// what is not as it should be, as JSON. Which script it is, is the argument: `k8s` or `compose`. The shell itself and a real server
// are not part of this.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const script = readFileSync(0, 'utf8');
// The list of services that `cargo xtask generate` writes.
const { services } = JSON.parse(readFileSync(new URL('../../services.json', import.meta.url), 'utf8'));
const which = process.argv[2];
const passwords = { 'mongodb-password': 'new', 'mongodb-operator-password': 'op' };
const roles = [
  { role: 'readWrite', db: 'boxoffice_payments' },
  { role: 'readWrite', db: 'boxoffice_test-provider' },
];
const operator = { pwd: 'op', roles: ['root'] };
const service = { pwd: 'new', roles };

const PRIMARY = { isWritablePrimary: true, setName: 'payments' };
const SECONDARY = { secondary: true, setName: 'payments' };

/** What a server does with users: the first one may be made by anybody here, further ones by the operator. */
function server(hello, users) {
  let signedIn = null;
  const failure = (code, text) => Object.assign(new Error(text), { code });
  const allowed = () => {
    if (signedIn !== 'operator') throw failure(13, 'requires authentication');
  };
  const admin = {
    auth(name, pwd) {
      if (users[name]?.pwd !== pwd) throw failure(18, 'Authentication failed.');
      signedIn = name;
    },
    createUser({ user, ...rest }) {
      if (Object.keys(users).length) allowed();
      if (users[user]) throw failure(51003, `User "${user}@admin" already exists`);
      users[user] = rest;
    },
    updateUser(user, rest) {
      allowed();
      users[user] = rest;
    },
    getUser(user) {
      allowed();
      return users[user] ?? null;
    },
  };
  return { hello: () => hello, getSiblingDB: () => admin };
}

/** Runs the script as one member; answers with what it ended, the users, and what the set was initiated with. */
function run({ hello, users = {}, pod = 0 }) {
  const outcome = { code: null, users: structuredClone(users), initiated: null };
  vm.runInNewContext(script, {
    db: server(hello, outcome.users),
    rs: { initiate: (configuration) => (outcome.initiated = configuration) },
    print: () => {},
    quit: (code) => (outcome.code ??= code),
    require: () => ({ readFileSync: (path) => `${passwords[path.split('/').pop()]}\n` }),
    process: {
      env: {
        SERVICE: 'payments', POD: `payments-mongodb-${pod}`, MEMBERS: '3', MORE_DATABASES: 'test-provider',
        MONGODB_PREFIX: 'boxoffice_',
      },
    },
  });
  return JSON.parse(JSON.stringify(outcome));
}

const hosts = [0, 1, 2].map((_id) => ({ _id, host: `payments-mongodb-${_id}.payments-mongodb:27017` }));
const set = { _id: 'payments', members: hosts };
const both = { operator, payments: service };

const onKubernetes = [
  ['the first member initiates the set', { hello: {} }, { code: 1, users: {}, initiated: set }],
  ['other members wait for that', { hello: {}, pod: 1 }, { code: 1, users: {}, initiated: null }],
  ['a member that starts waits', { hello: { setName: 'payments' } }, { code: 1, users: {}, initiated: null }],
  ['the primary makes the users', { hello: PRIMARY, pod: 2 }, { code: 0, users: both, initiated: null }],
  ['twice is as good as once', { hello: PRIMARY, users: both }, { code: 0, users: both, initiated: null }],
  ['it goes on where it was cut off', { hello: PRIMARY, users: { operator } }, { code: 0, users: both, initiated: null }],
  [
    'a password that was changed is changed there',
    { hello: PRIMARY, users: { operator, payments: { pwd: 'old', roles: [] } } },
    { code: 0, users: both, initiated: null },
  ],
  [
    'an operator with another password is left alone',
    { hello: PRIMARY, users: { operator: { ...operator, pwd: 'other' } } },
    { code: 1, users: { operator: { ...operator, pwd: 'other' } }, initiated: null },
  ],
  ['a secondary has nothing to do', { hello: SECONDARY, pod: 1 }, { code: 3, users: {}, initiated: null }],
];

const reading = (user, ...names) => [
  user,
  { pwd: 'dev-only', roles: names.map((name) => ({ role: 'readWrite', db: `boxoffice_${name}` })) },
];
const first = { operator: { pwd: 'dev-only', roles: ['root'] } };
const everybody = {
  ...first,
  ...Object.fromEntries(services.map(({ name, databases }) => reading(name, ...databases))),
};
const alone = { _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] };
const inCompose = [
  ['a new server becomes a set of one', { hello: {} }, { code: 1, users: {}, initiated: alone }],
  ['a server that starts waits', { hello: { setName: 'rs0' } }, { code: 1, users: {}, initiated: null }],
  ['the primary makes the users', { hello: PRIMARY }, { code: 0, users: everybody, initiated: null }],
  ['twice is as good as once', { hello: PRIMARY, users: everybody }, { code: 0, users: everybody, initiated: null }],
  ['it goes on where it was cut off', { hello: PRIMARY, users: first }, { code: 0, users: everybody, initiated: null }],
];

const wrong = [];
for (const [name, given, wanted] of which === 'compose' ? inCompose : onKubernetes) {
  const came = JSON.stringify(run(given));
  if (came !== JSON.stringify(wanted)) wrong.push(`${name}: came to ${came}`);
}
console.log(JSON.stringify(wrong));
