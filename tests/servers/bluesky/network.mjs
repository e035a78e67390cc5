// A whole Bluesky network: PLC directory, PDS and AppView, as Bluesky publishes them. Prints READY and where they are.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const installed = createRequire(`${process.env.BLUESKY_PACKAGES}/package.json`);
const { TestPlc, TestPds, TestBsky } = installed('@atproto/dev-env');
const { mockNetworkUtilities } = installed('@atproto/dev-env/dist/util.js');

// Names that are known here alone lead to a server on loopback, as a proxy with TLS before it would: see `names.json`.
const outside = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const asked = new Request(input, init);
  const { hostname, pathname, search } = new URL(asked.url);
  const names = existsSync(process.env.BLUESKY_NAMES) ? JSON.parse(readFileSync(process.env.BLUESKY_NAMES, 'utf8')) : {};
  return hostname in names ? outside(`${names[hostname]}${pathname}${search}`, asked) : outside(input, init);
};

const [plcPort, pdsPort, bskyPort] = process.env.BLUESKY_PORTS.split(',').map(Number);
const nobody = 'did:plc:nobodynobodynobodynobody';
const plc = await TestPlc.create({ port: plcPort });
const bsky = await TestBsky.create({
  port: bskyPort,
  publicUrl: `http://localhost:${bskyPort}`,
  plcUrl: plc.url,
  pdsPort,
  repoProvider: `ws://localhost:${pdsPort}`,
  dbPostgresUrl: process.env.BLUESKY_POSTGRES,
  dbPostgresSchema: 'appview',
  redisHost: process.env.BLUESKY_REDIS,
  modServiceDid: nobody,
  labelsFromIssuerDids: [nobody],
});
const pds = await TestPds.create({
  port: pdsPort,
  hostname: 'localhost',
  didPlcUrl: plc.url,
  bskyAppViewUrl: bsky.url,
  bskyAppViewDid: bsky.ctx.cfg.serverDid,
  enableDidDocWithSession: true,
  rateLimitsEnabled: true,
});
mockNetworkUtilities(pds, bsky); // names like brand.test are asked of the PDS, not of the internet
console.log('READY', JSON.stringify({ plc: plc.url, pds: pds.url, appview: bsky.url }));

process.on('SIGTERM', async () => {
  await pds.close();
  await bsky.close();
  await plc.close();
  process.exit(0);
});
