// The limit of the loop: answers each message with one of a given size, as a backend that decides nothing would.
import mqtt from 'mqtt';
import { z } from 'zod';
import { sendAtOnce } from '#lib/protocol/send-at-once.ts';

const Setup = z.object({
  url: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  topic: z.string(),
  answerTopic: z.string(),
  answerBytes: z.number(),
});

async function start({ url, username, password, topic, answerTopic, answerBytes }: z.infer<typeof Setup>) {
  const client = sendAtOnce(
    await mqtt.connectAsync(url, { username, password, clientId: `bench-echo-${process.pid}` }),
  );
  const answer = Buffer.alloc(answerBytes, 'a');
  client.on('message', (from) => {
    client.publish(`${answerTopic}/${from.slice(topic.length + 1)}`, answer, { qos: 1 });
  });
  await client.subscribeAsync(`${topic}/+`, { qos: 1 });
  process.send?.({ kind: 'ready' });
}

process.on('message', (message) => {
  start(Setup.parse(message)).catch((error: unknown) => {
    process.send?.({ kind: 'failed', sentence: String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
