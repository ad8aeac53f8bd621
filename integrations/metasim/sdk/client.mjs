// Meta's own SDK for Node, pointed at the simulator. It does what Kontor does, a call of each sort, and prints as JSON
// what it understood of the answers. sdk_test.go starts it, and compares with the simulator's books.
//
//	node client.mjs <base address> < input.json
import sdk from 'facebook-nodejs-business-sdk';

const { Comment, FacebookAdsApi, Lead, LeadgenForm, Page, PagePost, User } = sdk;
const base = process.argv[2];
Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => base }); // the SDK has no setting for it
const quiet = false; // its crash reporter would call the real platform

const given = JSON.parse(await new Response(process.stdin).text());
const as = (token) => FacebookAdsApi.init(token, 'en_US', quiet);

/** Everything of an edge, page by page, by the links that the answers carry. */
async function all(cursor) {
  const found = [...cursor];
  const sizes = [cursor.length];
  while (cursor.hasNext()) {
    await cursor.next();
    found.push(...cursor);
    sizes.push(cursor.length);
  }
  return { ids: found.map((x) => x.id), sizes, found };
}

/** What the SDK makes of a refusal. */
async function refusal(call) {
  try {
    await call();
    return null;
  } catch (err) {
    const { code, error_subcode: subcode, type, message, fbtrace_id: trace } = err.response?.error ?? err.response ?? {};
    return { name: err.name, status: err.status, code, subcode, type, message, trace };
  }
}

async function accounts() {
  as(given.user_token);
  const { ids, sizes, found } = await all(await new User('me').getAccounts(['id', 'name', 'access_token', 'tasks'], { limit: 10 }));
  return { ids, sizes, first: found[0].exportAllData() };
}

async function subscriptions(page) {
  const fields = ['messages', 'feed', 'leadgen'];
  const made = await page.createSubscribedApp([], { subscribed_fields: fields });
  const apps = await page.getSubscribedApps(['id', 'name', 'subscribed_fields']);
  await page.deleteSubscribedApps();
  const gone = await page.getSubscribedApps(['id']);
  await page.createSubscribedApp([], { subscribed_fields: given.fields });
  return { made: made.exportAllData(), apps: apps.map((a) => a.exportAllData()), gone: gone.length };
}

async function messages(page) {
  const to = { id: given.psid };
  const sent = await page.createMessage([], { recipient: to, messaging_type: 'RESPONSE', message: { text: 'Grüße & “Zitate” 🎉', metadata: 'sdk-1' } });
  const refused = await refusal(() =>
    page.createMessage([], { recipient: to, messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE', message: { text: 'too old' } }),
  );
  const { ids, sizes } = await all(await page.getConversations(['id', 'updated_time'], { limit: 2 }));
  return { sent: sent.exportAllData(), refused, conversations: { ids, sizes } };
}

async function comments(page) {
  const { ids: posts } = await all(await page.getFeed(['id', 'message'], { limit: 25 }));
  const post = new PagePost(given.post);
  const { ids, sizes, found } = await all(await post.getComments(['id', 'message', 'from'], { limit: 2 }));
  const answer = await new Comment(given.comment).createComment([], { message: 'Thank you!' });
  const hidden = await new Comment(given.comment).update([], { is_hidden: true });
  const read = await new Comment(given.comment).get(['id', 'is_hidden', 'can_reply_privately', 'message']);
  const privately = await page.createMessage([], { recipient: { comment_id: given.comment }, message: { text: 'In private' } });
  const again = await refusal(() => page.createMessage([], { recipient: { comment_id: given.comment }, message: { text: 'twice' } }));
  await new Comment(answer.id).delete();
  const gone = await refusal(() => new Comment(answer.id).get(['id']));
  return {
    posts, ids, sizes, first: found[0].message, answer: answer.id, hidden: hidden.exportAllData?.() ?? hidden,
    read: read.exportAllData(), privately: privately.exportAllData(), again, gone,
  };
}

async function leads(page) {
  const forms = await page.getLeadGenForms(['id', 'name', 'status', 'questions']);
  const { ids, sizes, found } = await all(await new LeadgenForm(given.form).getLeads(['id', 'created_time', 'field_data'], { limit: 2 }));
  const one = await new Lead(ids[0]).get(['id', 'form_id', 'campaign_name', 'field_data']);
  return { forms: forms.map((f) => f.exportAllData()), ids, sizes, answers: found[0].field_data, one: one.exportAllData() };
}

async function errors() {
  as('nobody’s token');
  const token = await refusal(() => new Page(given.page).get(['id']));
  as(given.page_token);
  const missing = await refusal(() => new Page('1').get(['id']));
  const field = await refusal(() => new Page(given.page).get(['id', 'no_such_field']));
  return { token, missing, field };
}

const found = { version: FacebookAdsApi.SDK_VERSION, accounts: await accounts() };
as(given.page_token);
const page = new Page(given.page);
for (const [name, part] of Object.entries({ subscriptions, messages, comments, leads, errors })) found[name] = await part(page);
process.stdout.write(JSON.stringify(found));
