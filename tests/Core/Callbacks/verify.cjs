// Verifies callbacks with the package of the Standard Webhooks project: node verify.cjs <base64 of [{secret, headers, body (base64)}]>
const { Webhook } = require('standardwebhooks');

for (const { secret, headers, body } of JSON.parse(Buffer.from(process.argv[2], 'base64').toString('utf8'))) {
  // The sender's clock: a test may be days ahead
  Date.now = () => Number(headers['webhook-timestamp']) * 1000;
  try {
    new Webhook(secret).verify(Buffer.from(body, 'base64').toString('utf8'), headers);
    console.log('ok');
  } catch (problem) {
    console.log(problem.message);
  }
}
