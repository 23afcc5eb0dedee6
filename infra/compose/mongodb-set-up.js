// Makes MongoDB a replica set of one, and its users: an operator, and one for each service that reads and writes its own databases and
// no others. Run in mongosh beside the server, again and again; ends with 0 when all is done.

const PASSWORD = 'dev-only';
const DATABASES = {
  auth: ['auth'],
  tickets: ['tickets'],
  orders: ['orders'],
  // The ledger of the built-in provider is its own.
  payments: ['payments', 'test-provider'],
  expiration: ['expiration'],
};

// What the server says to a user that it does not know.
const AUTHENTICATION_FAILED = 18;

/** Signs in as the operator, who is made first: while there is no user, the server lets whoever comes from its own host make one. */
function becomeOperator(admin) {
  try {
    admin.auth('operator', PASSWORD);
  } catch (error) {
    if (error.code !== AUTHENTICATION_FAILED) throw error;
    admin.createUser({ user: 'operator', pwd: PASSWORD, roles: ['root'] });
    admin.auth('operator', PASSWORD);
  }
}

function makeUsers(admin) {
  for (const [user, names] of Object.entries(DATABASES)) {
    const roles = names.map((name) => ({ role: 'readWrite', db: `boxoffice_${name}` }));
    if (!admin.getUser(user)) admin.createUser({ user, pwd: PASSWORD, roles });
  }
}

/** Does what is to be done now; answers with what to end. */
function setUp() {
  const hello = db.hello();
  if (!hello.setName) rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
  if (!hello.isWritablePrimary) return 1;
  const admin = db.getSiblingDB('admin');
  becomeOperator(admin);
  makeUsers(admin);
  return 0;
}

try {
  quit(setUp());
} catch (error) {
  print(`not yet: ${error.message}`);
  quit(1);
}
