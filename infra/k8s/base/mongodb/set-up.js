// Initiates the replica set and makes its users, from beside a member, in mongosh. Done twice it changes nothing, but for the
// service's password if that was changed. Ends with
//   0  on the primary, when all is done;
//   3  on a secondary, where there is nothing to do: the primary does it, and what it does arrives as any other write;
//   1  when it has to be run again.

const { readFileSync } = require('fs');
const { SERVICE, POD, MEMBERS, MORE_DATABASES, MONGODB_PREFIX } = process.env;
const password = (name) => readFileSync(`/secret/${name}`, 'utf8').trim();

// What the server says to a password that it does not know.
const AUTHENTICATION_FAILED = 18;

/** A set of this many members, by the names that their headless Service gives them. */
function configuration() {
  const host = (index) => `${SERVICE}-mongodb-${index}.${SERVICE}-mongodb:27017`;
  const members = Array.from({ length: Number(MEMBERS) }, (_, index) => ({ _id: index, host: host(index) }));
  return { _id: SERVICE, members };
}

/** Signs in; answers whether the server knows this user with this password. */
function signIn(user, secret) {
  try {
    db.getSiblingDB('admin').auth(user, secret);
    return true;
  } catch (error) {
    if (error.code === AUTHENTICATION_FAILED) return false;
    throw error;
  }
}

/** The first user. While there is none, the server lets whoever connects from its own host make one, and nobody else. */
function makeOperator() {
  const admin = db.getSiblingDB('admin');
  const pwd = password('mongodb-operator-password');
  if (!signIn('operator', pwd)) {
    admin.createUser({ user: 'operator', pwd, roles: ['root'] });
    admin.auth('operator', pwd);
  }
}

/** The service's own user: it reads and writes its own databases, and makes collections and indexes there. */
function makeServiceUser() {
  const admin = db.getSiblingDB('admin');
  const names = [SERVICE, ...MORE_DATABASES.split(' ').filter(Boolean)];
  const roles = names.map((name) => ({ role: 'readWrite', db: `${MONGODB_PREFIX}${name}` }));
  const user = { pwd: password('mongodb-password'), roles };
  if (admin.getUser(SERVICE)) {
    admin.updateUser(SERVICE, user);
  } else {
    admin.createUser({ user: SERVICE, ...user });
  }
}

/** Does what is to be done on this member now; answers with what to end. */
function setUp() {
  const hello = db.hello();
  if (hello.isWritablePrimary) {
    makeOperator();
    makeServiceUser();
    print(`${POD}: the users of the replica set ${SERVICE} are there`);
    return 0;
  }
  if (hello.secondary) return 3;
  if (hello.setName) throw new Error('a member that is neither primary nor secondary yet');
  if (POD !== `${SERVICE}-mongodb-0`) throw new Error('the first member has not initiated the set yet');
  // Refused by the server unless every member answers and is empty: a first member that lost its volume gets the data of the
  // others and makes no second set.
  rs.initiate(configuration());
  throw new Error('initiated; the election is next');
}

try {
  quit(setUp());
} catch (error) {
  print(`${POD}: not yet: ${error.message}`);
  quit(1);
}
