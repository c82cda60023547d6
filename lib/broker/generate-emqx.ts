import type { GenerateOptions } from './generate-mosquitto.ts';

/** Rules for EMQX 5's file authorizer (Erlang terms): the rules of the embedded broker. */
export function emqxAcl({ topics, backendUser }: GenerateOptions): string {
  const own = (names: string[]) => names.map((name) => `"${name}/\${username}"`).join(', ');
  return [
    '%% The backend may do everything.',
    `{allow, {username, "${backendUser}"}, all, ["#"]}.`,
    '%% A vehicle (user name = client id = VIN) may use its own topics only.',
    `{allow, all, publish, [${own([topics.ecuDetails, topics.otaStatus, topics.tcuPresence])}]}.`,
    `{allow, all, subscribe, [${own([topics.otaUpdate, topics.otaControl])}]}.`,
    '%% Announcements are for all.',
    `{allow, all, subscribe, ["${topics.otaUpdate}", "${topics.otaUpdate}/model/+"]}.`,
    '{deny, all}.',
    '',
  ].join('\n');
}

/** EMQX 5 settings (HOCON): vehicles sign in against Roadcast's own table, and queues are bounded. */
export function emqxConf(options: GenerateOptions): string {
  const { directory, topics, vehicleQueue, backendUser } = options;
  return `# Put the backend's user "${backendUser}" into the built-in database:
#   emqx ctl admins is for the dashboard; use Access Control > Authentication > Built-in Database > Users.
authentication = [
  { mechanism = password_based, backend = built_in_database, user_id_type = username
    password_hash_algorithm { name = sha256, salt_position = prefix } }
  { mechanism = password_based, backend = postgresql
    server = "POSTGRES_HOST:5432", database = roadcast, username = roadcast, password = "POSTGRES_PASSWORD"
    # SHA-256 over salt and credential, as vehicle_credentials keeps it; a vehicle's client id must be its VIN.
    query = "SELECT encode(hash, 'hex') AS password_hash, salt FROM vehicle_credentials WHERE vin = \${username} AND vin = \${clientid} AND revoked_at IS NULL LIMIT 1"
    password_hash_algorithm { name = sha256, salt_position = prefix } }
]

authorization {
  no_match = deny
  deny_action = ignore
  sources = [ { type = file, enable = true, path = "${directory}/acl.conf" } ]
}

mqtt {
  max_packet_size = 320KB
  max_inflight = 1000
  max_mqueue_len = ${vehicleQueue}
  mqueue_store_qos0 = false
  session_expiry_interval = 30d
  shared_subscription = true
}

# Plain ${topics.ecuDetails} (no VIN level), for suppliers that cannot add one.
rule_engine.rules.plain_ecu_details {
  sql = "SELECT * FROM \\"${topics.ecuDetails}\\""
  actions = [ { function = republish
    args = { topic = "${topics.ecuDetails}/\${username}", payload = "\${payload}", qos = 1, retain = false } } ]
}
`;
}
