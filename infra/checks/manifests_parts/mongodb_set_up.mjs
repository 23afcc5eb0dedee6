// Runs a script that sets MongoDB up against a simulated server, once for each state of a member. Reads {script, states} from standard input and prints
// the outcomes, as JSON. The real shell and a real server are not part of this.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const { script, states } = JSON.parse(readFileSync(0, 'utf8'));
const passwords = { 'mongodb-password': 'new', 'mongodb-operator-password': 'op' };

/** The users of a server: the first can be created without a user, further ones by the operator. */
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

/** Runs the script as one member; returns its exit code, the users, and the configuration of the initiated set. */
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
