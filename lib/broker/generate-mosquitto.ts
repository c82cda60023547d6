import type { TopicNames } from '#lib/protocol/topics.ts';

export type GenerateOptions = {
  topics: TopicNames;
  backendUser: string;
  /** Directory that the broker will find the files in. */
  directory: string;
  port: number;
  vehicleQueue: number;
  /** Where client certificates are checked: their common name is the user name. */
  tls?: { port: number; cert: string; key: string; ca?: string | undefined } | undefined;
};

/** Who may do what, for Mosquitto's `acl_file`: the rules of the embedded broker. */
export function mosquittoAcl({ topics, backendUser }: GenerateOptions): string {
  return [
    '# A vehicle (user name = client id = VIN) may use its own topics only.',
    ...[topics.ecuDetails, topics.otaStatus, topics.tcuPresence].map((topic) => `pattern write ${topic}/%u`),
    ...[topics.otaUpdate, topics.otaControl].map((topic) => `pattern read ${topic}/%u`),
    '# Announcements are for all.',
    `pattern read ${topics.otaUpdate}`,
    `pattern read ${topics.otaUpdate}/model/+`,
    '',
    '# The backend may do everything.',
    `user ${backendUser}`,
    'topic readwrite #',
    'topic read $SYS/#',
    '',
  ].join('\n');
}

/** A configuration for Mosquitto 2 that holds what the embedded broker holds, receipts and plain topics aside. */
export function mosquittoConf(options: GenerateOptions): string {
  const { directory, port, tls, vehicleQueue } = options;
  const lines = [
    'allow_anonymous false',
    `password_file ${directory}/passwords`,
    `acl_file ${directory}/acl`,
    '',
    '# For vehicles: whoever signs in as a VIN gets the session of that VIN and of no other.',
    `listener ${port}`,
    'use_username_as_clientid true',
    '',
    '# For the backend (MQTT_URL), whose processes share a user name; give it an address if they are elsewhere.',
    `listener ${port + 1} 127.0.0.1`,
    '',
    '# Sessions survive a restart, and a crash but for the last seconds.',
    'persistence true',
    `persistence_location ${directory}/`,
    'autosave_interval 5',
    'autosave_on_changes false',
    'persistent_client_expiration 30d',
    '',
    '# Beyond its queue Mosquitto drops silently; watch $SYS/broker/publish/messages/dropped.',
    '# It holds for every client, and the backend needs room for bursts of the whole fleet.',
    `max_queued_messages ${Math.max(vehicleQueue, 100_000)}`,
    'max_inflight_messages 1000',
    '# 256 KiB of payload, and the topic.',
    'message_size_limit 262144',
    'set_tcp_nodelay true',
  ];
  if (tls) {
    lines.push(
      '',
      `listener ${tls.port}`,
      `certfile ${tls.cert}`,
      `keyfile ${tls.key}`,
      'use_username_as_clientid true',
    );
    if (tls.ca !== undefined) {
      lines.push(`cafile ${tls.ca}`, 'require_certificate true', 'use_identity_as_username true');
    }
  }
  return `${lines.join('\n')}\n`;
}
