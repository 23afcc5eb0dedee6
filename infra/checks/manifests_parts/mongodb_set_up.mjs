// Runs a script that sets MongoDB up in front of a made-up server, once for each state that a member can be in: takes {script, states} on standard
// input; prints the outcomes, as JSON. The shell itself and a real server are not part of this.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const { script, states } = JSON.parse(readFileSync(0, 'utf8'));
const passwords = { 'mongodb-password': 'new', 'mongodb-operator-password': 'op' };

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

/** Runs the script as one member; returns with what it ended, the users, and what the set was initiated with. */
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
  return outcome;
}

console.log(JSON.stringify(states.map(run)));
